#include "tools/bench/bench_host.hpp"

#include "host/core/check.hpp"
#include "host/services/services.hpp"
#include "tools/bench/bench_components.hpp"

#include <condition_variable>
#include <utility>

namespace cedar::bench {

using namespace cedar::host;

void TimedLog::append_all(std::span<const EventPtr> events) {
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        for (const auto& event : events) entries_.push_back({event, now});
    }
    log_.append_all(events);
}

std::vector<TimedLog::Entry> TimedLog::wait_for_end(const std::string& run_id) {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;
    const auto subscription = log_.subscribe(run_id, [&] {
        const std::lock_guard lock(mutex);
        woken = true;
        changed.notify_all();
    });
    std::uint64_t seen = 0;
    for (;;) {
        const auto fresh = log_.read(run_id, seen);
        if (!fresh.empty()) seen = fresh.back()->seq;
        if (!fresh.empty() && fresh.back()->terminal()) break;
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return std::exchange(woken, false); });
    }
    const std::lock_guard lock(mutex_);
    return std::exchange(entries_, {});
}

namespace {

// Never replies; what hangs on it is let go when its deadline comes.
class NeverService final : public Service {
public:
    [[nodiscard]] std::string_view name() const override { return "bench.never"; }
    [[nodiscard]] Cancel call(ServiceCall, Done) override { return {}; }
};

}  // namespace

BenchHost::BenchHost() {
    services.add(std::make_shared<NeverService>());
    services.add(services::make_timer_sleep());
    components = std::make_unique<runtime::InProcessHost>(control, services, log);
    set_bench_host(components->table());
}

BenchHost::~BenchHost() {
    components.reset();
    control.stop();
}

std::vector<ComponentPtr> BenchHost::make(const std::string& kind, std::size_t count,
                                          std::chrono::milliseconds limit) {
    SchemaCache cache;
    std::vector<ComponentPtr> made;
    for (std::size_t i = 0; i < count; ++i) {
        Manifest manifest;
        manifest.id = kind + std::to_string(i);
        manifest.version = {1, 0, 0, ""};
        manifest.input_schema = R"({"type":"object"})";
        manifest.output_schema = kind == "bench.aggregate" ? R"({"type":"object"})"
                                                           : R"({"type":"object","required":["summary"],)"
                                                             R"("properties":{"summary":{"type":"string"}},)"
                                                             R"("additionalProperties":false})";
        manifest.role = kind == "bench.aggregate" ? Role::aggregator : Role::component;
        manifest.config_schema = "{}";
        manifest.needs = {"timer.sleep", "bench.never"};
        manifest.timeout = limit;
        manifest.select.always = true;
        auto invoker = components->make_invoker(bench_entry(), manifest);
        CEDAR_CHECK(invoker.has_value());
        auto component = make_component(std::move(manifest), *invoker, "bench", cache);
        CEDAR_CHECK(component.has_value());
        made.push_back(*component);
    }
    return made;
}

std::unique_ptr<runtime::Dispatcher> BenchHost::dispatch(std::vector<ComponentPtr> chosen, EventLog* to) {
    runtime::DispatcherOptions options;
    options.selector.max_candidates = chosen.size();
    options.run.aggregator = "bench.aggregate0";
    for (auto& aggregator : make("bench.aggregate", 1, std::chrono::seconds(15)))
        chosen.push_back(std::move(aggregator));
    return std::make_unique<runtime::Dispatcher>(control,
                                                 runtime::DispatcherPorts{store, to ? *to : events, log, ids},
                                                 options, std::make_shared<const Registry>(std::move(chosen)));
}

}  // namespace cedar::bench
