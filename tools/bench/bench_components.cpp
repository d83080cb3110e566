#include "tools/bench/bench_components.hpp"

#include <atomic>
#include <string_view>

namespace cedar::bench {
namespace {

constexpr std::string_view kAnswer = R"({"summary":"nothing was done, and that well"})";
constexpr std::string_view kFinal = R"({"function":"final","args":{"text":"done"}})";

enum class Kind : int { noop, wait, hang, aggregate };

const cedar_host* g_host = nullptr;
std::atomic<std::int64_t> g_hang_deadline{0};
Kind g_kinds[] = {Kind::noop, Kind::wait, Kind::hang, Kind::aggregate};

cedar_view view(std::string_view text) {
    return {text.data(), text.size()};
}

cedar_status init(const cedar_host*) {
    return CEDAR_OK;
}
void deinit() {}

cedar_status create(const cedar_host*, cedar_invocation, cedar_view id, cedar_view, void** instance) {
    const std::string_view name(id.data, id.size);
    int kind = 0;
    if (name.starts_with("bench.wait")) kind = 1;
    if (name.starts_with("bench.hang")) kind = 2;
    if (name.starts_with("bench.aggregate")) kind = 3;
    *instance = &g_kinds[kind];
    return CEDAR_OK;
}
void destroy(void*) {}

cedar_status ask_then_answer(cedar_invocation token, std::string_view service) {
    const cedar_call call{view(service), view(R"({"ms":50})")};
    cedar_reply reply{};
    const cedar_status status = g_host->call(g_host, token, &call, 1, &reply);
    if (status != CEDAR_OK) return status;
    if (reply.status != CEDAR_OK) return reply.status;
    return g_host->answer(g_host, token, view(kAnswer));
}

cedar_status invoke(void* instance, cedar_invocation token, const cedar_request* request) {
    switch (*static_cast<Kind*>(instance)) {
        case Kind::wait: return ask_then_answer(token, "timer.sleep");
        case Kind::hang: g_hang_deadline = request->deadline_ns; return ask_then_answer(token, "bench.never");
        case Kind::aggregate: return g_host->answer(g_host, token, view(kFinal));
        case Kind::noop: break;
    }
    return g_host->answer(g_host, token, view(kAnswer));
}

}  // namespace

const cedar_entry& bench_entry() {
    static const cedar_entry entry{CEDAR_ENTRY_MAGIC,
                                   sizeof(cedar_entry),
                                   CEDAR_ABI_MAJOR,
                                   CEDAR_ABI_MINOR,
                                   0,
                                   init,
                                   deinit,
                                   create,
                                   destroy,
                                   invoke,
                                   nullptr};
    return entry;
}

void set_bench_host(const cedar_host* host) {
    g_host = host;
}

std::int64_t last_hang_deadline_ns() {
    return g_hang_deadline;
}

}  // namespace cedar::bench
