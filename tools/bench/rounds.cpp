#include "tools/bench/rounds.hpp"

#include <unistd.h>

#include <fstream>
#include <thread>

namespace cedar::bench {
namespace {

constexpr double kShare = 0.02;  // of all processors

// The eighth number of the first line of /proc/stat, proc(5); 0 where there is none.
std::uint64_t stolen_ticks() {
    std::ifstream in("/proc/stat");
    std::string name;
    in >> name;
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i)
        if (!(in >> value)) return 0;
    return value;
}

}  // namespace

bool Rounds::next() {
    if (counted_ == wanted_) return false;
    stolen_ = stolen_ticks();
    begin_ = std::chrono::steady_clock::now();
    return true;
}

bool Rounds::counts() {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
    const double stolen =
        static_cast<double>(stolen_ticks() - stolen_) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    const bool calm = stolen <= kShare * took.count() * std::thread::hardware_concurrency();
    if (!calm && left_out_ < 2 * wanted_) {
        ++left_out_;
        return false;
    }
    ++counted_;
    if (!calm) ++disturbed_;
    return true;
}

std::string Rounds::note() const {
    if (left_out_ == 0) return {};
    auto note = "  [disturbed: " + std::to_string(left_out_) + " left out";
    if (disturbed_ > 0) note += ", " + std::to_string(disturbed_) + " of " + std::to_string(wanted_) + " counted";
    return note + "]";
}

}  // namespace cedar::bench
