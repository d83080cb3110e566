#include "tools/bench/repeat.hpp"

#include "tools/bench/rounds.hpp"

#include <chrono>
#include <ctime>
#include <utility>
#include <vector>

namespace cedar::bench {
namespace {

// On a machine that others use too, this says what the wall clock cannot.
double cpu_ms() {
    std::timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

}  // namespace

double ms_since(host::SteadyTime begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

Spread repeat(int repetitions, const std::function<double()>& once) {
    once();
    std::vector<double> values, cpu;
    Rounds rounds(repetitions);
    while (rounds.next()) {
        const double before = cpu_ms(), value = once(), used = cpu_ms() - before;
        if (!rounds.counts()) continue;
        values.push_back(value);
        cpu.push_back(used);
    }
    Spread spread = spread_of(std::move(values));
    spread.note = rounds.note();
    spread.cpu = quantile(std::move(cpu), 0.5);
    return spread;
}

}  // namespace cedar::bench
