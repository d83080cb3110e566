#include "tools/bench/fan_out_cases.hpp"

#include "host/runtime/start_all.hpp"
#include "tools/bench/bench_components.hpp"
#include "tools/bench/repeat.hpp"
#include "tools/bench/rounds.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <latch>

namespace cedar::bench {
namespace {

using namespace cedar::host;
using Clock = std::chrono::steady_clock;

class Countdown final : public InvocationObserver {
public:
    explicit Countdown(std::ptrdiff_t count) : left_(count) {}
    void on_ended(std::size_t, ComponentResult result) override {
        if (!result.ok()) ++failed_;
        left_.count_down();
    }
    void on_emitted(std::size_t, EmitKind, std::string) override {}
    // How many failed.
    std::size_t wait() {
        left_.wait();
        return failed_;
    }

private:
    std::latch left_;
    std::atomic<std::size_t> failed_{0};
};

cedar_status copy_answer(const cedar_host*, cedar_invocation, cedar_view body) {
    static std::string kept;
    kept.assign(body.data, body.size);
    return CEDAR_OK;
}

ChatRequest question() {
    ChatRequest request;
    request.content = "What is to be done?";
    return request;
}

}  // namespace

Spread bare_calls(std::size_t count, int repetitions) {
    cedar_host table{};
    table.answer = copy_answer;
    set_bench_host(&table);
    const cedar_entry& entry = bench_entry();
    void* instance = nullptr;
    entry.create(&table, {0, 0}, {"bench.noop", 10}, {nullptr, 0}, &instance);
    const cedar_request request{sizeof(cedar_request), 0, {"{}", 2}, 0};
    return repeat(repetitions, [&] {
        const auto begin = Clock::now();
        for (std::size_t i = 0; i < count; ++i) entry.invoke(instance, {i + 1, 1}, &request);
        return ms_since(begin);
    });
}

Spread without_events(BenchHost& host, const std::string& kind, std::size_t count, int repetitions) {
    const auto components = host.make(kind, count, std::chrono::seconds(15));
    const auto body = std::make_shared<const std::string>(R"({"text":"What is to be done?"})");
    const auto scope = std::make_shared<const InvocationScope>();
    return repeat(repetitions, [&] {
        const auto observer = std::make_shared<Countdown>(static_cast<std::ptrdiff_t>(count));
        const auto begin = Clock::now();
        std::vector<StartInvocation> batch;
        batch.reserve(count);
        for (std::size_t slot = 0; slot < count; ++slot)
            batch.push_back({slot, components[slot], body, begin + std::chrono::seconds(15)});
        runtime::start_all(batch, scope, observer);
        if (observer->wait() > 0) std::printf("some invocations failed: the figure does not count\n");
        return ms_since(begin);
    });
}

Spread with_events(BenchHost& host, const std::string& kind, std::size_t count, int repetitions) {
    const auto dispatcher = host.dispatch(host.make(kind, count, std::chrono::seconds(15)));
    return repeat(repetitions, [&] {
        const auto begin = Clock::now();
        const auto ticket = dispatcher->submit(1, question());
        const auto entries = host.events.wait_for_end(ticket.run_id);
        const double wall = ms_since(begin);
        const auto results = std::ranges::count_if(entries, &TimedLog::Entry::component_result);
        if (static_cast<std::size_t>(results) != count || entries.back().event->type != EventType::final) {
            std::printf("expected %zu results and a final, got %td: the figure does not count\n", count, results);
        }
        return wall;
    });
}

Lateness hung(BenchHost& host, std::size_t count, int repetitions) {
    const auto dispatcher = host.dispatch(host.make("bench.hang", count, std::chrono::milliseconds(100)));
    std::vector<double> p50, p99, worst;
    Lateness lateness;
    const auto once = [&](bool warms_up, Rounds& rounds) {
        const auto ticket = dispatcher->submit(1, question());
        const auto entries = host.events.wait_for_end(ticket.run_id);
        const SteadyTime deadline{std::chrono::nanoseconds(last_hang_deadline_ns())};
        std::vector<double> late;
        lateness.expected += count;
        for (const auto& entry : entries) {
            if (entry.component_result()) {
                if (entry.timeout()) ++lateness.timeouts;
                late.push_back(std::chrono::duration<double, std::milli>(entry.at - deadline).count());
            }
        }
        if (warms_up || !rounds.counts()) return;
        p50.push_back(quantile(late, 0.5));
        p99.push_back(quantile(late, 0.99));
        worst.push_back(quantile(late, 1));
    };
    Rounds rounds(repetitions);
    once(true, rounds);
    while (rounds.next()) once(false, rounds);
    lateness.p50 = spread_of(p50);
    lateness.p99 = spread_of(p99);
    lateness.p99.note = rounds.note();
    lateness.worst = spread_of(worst);
    return lateness;
}

Spread ack_while_busy(BenchHost& host, std::size_t count, int repetitions) {
    const auto dispatcher = host.dispatch(host.make("bench.noop", count, std::chrono::seconds(15)));
    return repeat(repetitions, [&] {
        const auto busy = dispatcher->submit(1, question());
        const auto begin = Clock::now();
        const auto ticket = dispatcher->submit(1, question());
        const double taken = ms_since(begin);
        if (host.events.read(ticket.run_id, 0).empty()) std::printf("no ack: the figure does not count\n");
        host.events.wait_for_end(busy.run_id);
        host.events.wait_for_end(ticket.run_id);
        return taken;
    });
}

}  // namespace cedar::bench
