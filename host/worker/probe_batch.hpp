#pragma once
#include "host/loader/prober.hpp"
#include "host/worker/frame.hpp"
#include "host/worker/messages.hpp"
#include "host/worker/spawner.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host::worker {

// One process that probes some libraries, one after the other. Thread: one.
class ProbeBatch {
public:
    // `indexes`: of `targets`, at least one. Sends all of it.
    ProbeBatch(Spawned spawned, const StartMessage& start, std::span<const loader::ProbeTarget> targets,
               std::deque<std::size_t> indexes, std::chrono::milliseconds time_limit);

    struct Found {
        std::size_t index = 0;
        loader::ProbeVerdict verdict;
    };
    // Takes what has come, if anything; call it when one of the descriptors is readable or the time is over.
    [[nodiscard]] std::vector<Found> take();
    // All are tried, or the process is gone.
    [[nodiscard]] bool over() const { return over_; }

    // When over: those without a verdict; the first of them is why it ended, if `failure` is not empty.
    [[nodiscard]] const std::deque<std::size_t>& left() const { return left_; }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    [[nodiscard]] bool was_alone() const { return alone_; }

    [[nodiscard]] int socket() const { return spawned_.socket.get(); }
    [[nodiscard]] int output() const { return spawned_.output.get(); }
    [[nodiscard]] std::chrono::steady_clock::time_point time_over() const { return time_over_; }

private:
    void read_output();
    void end(std::string failure);
    [[nodiscard]] std::optional<Found> verdict_of(const Frame& frame);

    Spawned spawned_;
    FrameBuffer received_;
    std::deque<std::size_t> left_;
    const bool alone_;
    const std::chrono::milliseconds time_limit_;
    std::chrono::steady_clock::time_point time_over_;
    std::string failure_, tail_;
    bool over_ = false, output_open_ = true;
};

}  // namespace cedar::host::worker
