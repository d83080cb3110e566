#include "tools/bench/repeat.hpp"

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
    for (int i = 0; i < repetitions; ++i) {
        const double before = cpu_ms();
        values.push_back(once());
        cpu.push_back(cpu_ms() - before);
    }
    Spread spread = spread_of(std::move(values));
    spread.cpu = quantile(std::move(cpu), 0.5);
    return spread;
}

}  // namespace cedar::bench
