#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace cedar::bench {

// Repetitions of a measurement on a machine whose processors a hypervisor also gives to others. A round during
// which it took more than a fiftieth of them does not count and is measured again, up to twice as many as are
// wanted; from then on all count. Where no hypervisor says what it takes, all count from the start. For figures
// that are compared, a round is one turn of both.
//     for (Rounds rounds(5); rounds.next();) { const auto took = once(); if (rounds.counts()) …; }
class Rounds {
public:
    explicit Rounds(int wanted) : wanted_(wanted) {}
    // Begins a round. False: there are enough.
    [[nodiscard]] bool next();
    // Of the round that goes on; ends it. Call once.
    [[nodiscard]] bool counts();
    // What is to be known beside the figure; empty if every round counted undisturbed.
    [[nodiscard]] std::string note() const;

private:
    const int wanted_;
    int counted_ = 0, left_out_ = 0, disturbed_ = 0;
    std::uint64_t stolen_ = 0;  // ticks, of all processors, when the round began
    std::chrono::steady_clock::time_point begin_;
};

}  // namespace cedar::bench
