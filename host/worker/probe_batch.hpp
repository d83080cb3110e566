#pragma once
#include "host/loader/prober.hpp"
#include "host/worker/frame.hpp"
#include "host/worker/messages.hpp"
#include "host/worker/spawner.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host::worker {

// What is to be tried, by a number of its own.
using Targets = std::map<std::size_t, loader::ProbeTarget>;

// One process that probes some libraries, one after the other. Thread: one.
class ProbeBatch {
public:
    // `indexes`: keys of `targets`, at least one. Sends all of it.
    ProbeBatch(Spawned spawned, const StartMessage& start, const Targets& targets, std::deque<std::size_t> indexes,
               std::chrono::milliseconds time_limit);

    struct Found {
        std::size_t index = 0;
        loader::ProbeVerdict verdict;
    };
    // Takes what has come, if anything; call it when one of the descriptors is readable or the time is over.
    [[nodiscard]] std::vector<Found> take();
    // All are tried, or the process is gone.
    [[nodiscard]] bool over() const { return over_; }

    // The one that is being tried has taken longer than `patience`.
    [[nodiscard]] bool is_slow(std::chrono::milliseconds patience) const;
    // All but the one that is being tried: they are somebody else's then, and this ends with that one.
    [[nodiscard]] std::deque<std::size_t> give_up_rest();

    // When over: those without a verdict; the first of them is why it ended, if `failure` is not empty.
    [[nodiscard]] const std::deque<std::size_t>& left() const { return left_; }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    // Nothing was tried in this process before: what failed has only itself to blame.
    [[nodiscard]] bool was_first() const { return first_; }

    [[nodiscard]] int socket() const { return spawned_.socket.get(); }
    [[nodiscard]] int output() const { return output_open_ ? spawned_.output.get() : -1; }
    [[nodiscard]] std::chrono::steady_clock::time_point time_over() const { return time_over_; }

private:
    void read_output();
    void end(std::string failure);
    [[nodiscard]] std::optional<Found> verdict_of(const Frame& frame);

    Spawned spawned_;
    FrameBuffer received_;
    std::deque<std::size_t> left_;
    const std::chrono::milliseconds time_limit_;
    std::chrono::steady_clock::time_point time_over_;
    std::string failure_, tail_;
    bool over_ = false, first_ = true, output_open_ = true;
};

}  // namespace cedar::host::worker
