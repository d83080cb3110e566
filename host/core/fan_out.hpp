#pragma once
#include "host/core/component_result.hpp"
#include "host/core/now.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace cedar::host {

struct FanOutTask {
    std::chrono::milliseconds limit{15000};  // the component's own
    bool required = false;
};

struct FanOutLimits {
    SteadyTime cut{};                     // everything still open ends as timeout here
    std::optional<std::uint32_t> quorum;  // this many ok end the fan-out: what is open then is cancelled,
                                          // but for required slots, which are waited for
};

// The sans-I/O state machine of one dispatch: results, time and cancel in; which slots just ended out. Each slot
// ends exactly once. It knows nothing of components: a slot is an index into the caller's list.
// Effective limit of a slot = min(start + its limit, cut).
// Not thread-safe: one strand.
class FanOut {
public:
    enum class End { result, timeout, quorum_met, cancelled };
    struct Ended {
        std::size_t slot;
        End how;  // result: what the caller was given counts; else the host decides the outcome
    };

    FanOut(std::span<const FanOutTask> tasks, FanOutLimits limits, SteadyTime start);

    // A component's own outcome arrived. True: it counts, the slot has ended. False: the slot had ended
    // before: the outcome is late and is only recorded.
    [[nodiscard]] bool on_result(std::size_t slot, bool ok);
    // Ends every slot whose deadline is at or before `now`.
    void on_time(SteadyTime now);
    // Ends everything still open as cancelled.
    void cancel();

    // At most `most` of the slots that ended without a result of their own (timeout, quorum, cancel) and were not
    // yet taken, those that ended at one moment in slot order; the caller cancels their invocations.
    [[nodiscard]] std::vector<Ended> take_ended(std::size_t most = std::numeric_limits<std::size_t>::max());
    [[nodiscard]] bool has_ended() const { return taken_ < out_.size(); }  // there are such

    [[nodiscard]] SteadyTime deadline_of(std::size_t slot) const;
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;  // none when done
    [[nodiscard]] bool done() const { return open_ == 0; }
    [[nodiscard]] std::size_t open() const { return open_; }
    [[nodiscard]] std::size_t ok_count() const { return ok_; }

private:
    void end(std::size_t slot);
    void end_by_host(std::size_t slot, End how);
    [[nodiscard]] bool quorum_met() const { return limits_.quorum && ok_ >= *limits_.quorum; }

    std::vector<SteadyTime> deadlines_;
    std::vector<std::uint8_t> ended_, required_;
    std::vector<std::size_t> by_deadline_;  // slots, soonest first; the front that has ended is skipped
    std::size_t next_ = 0;
    std::vector<Ended> out_;
    std::size_t taken_ = 0;  // of out_
    FanOutLimits limits_;
    std::size_t open_ = 0, ok_ = 0;
};

}  // namespace cedar::host
