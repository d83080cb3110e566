#include "host/core/fan_out.hpp"

#include "host/core/check.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cedar::host {

FanOut::FanOut(std::span<const FanOutTask> tasks, FanOutLimits limits, SteadyTime start)
    : ended_(tasks.size(), 0), by_deadline_(tasks.size()), limits_(limits), open_(tasks.size()) {
    deadlines_.reserve(tasks.size());
    required_.reserve(tasks.size());
    for (const auto& task : tasks) {
        // Compared as spans of time, so that a limit near the end of time cannot overflow.
        const auto left = limits.cut - start;
        deadlines_.push_back(task.limit < left ? start + task.limit : limits.cut);
        required_.push_back(task.required ? 1 : 0);
    }
    std::iota(by_deadline_.begin(), by_deadline_.end(), std::size_t{0});
    std::stable_sort(by_deadline_.begin(), by_deadline_.end(),
                     [this](auto a, auto b) { return deadlines_[a] < deadlines_[b]; });
}

bool FanOut::on_result(std::size_t slot, bool ok) {
    CEDAR_CHECK(slot < ended_.size());
    if (ended_[slot] != 0) return false;
    end(slot);
    if (!ok) return true;
    ++ok_;
    if (!quorum_met()) return true;
    // In slot order, as they are looked at.
    for (std::size_t other = 0; other < ended_.size(); ++other)
        if (required_[other] == 0) end_by_host(other, End::quorum_met);
    return true;
}

void FanOut::on_time(SteadyTime now) {
    const auto first = out_.size();
    // end() moves the front on, past what has ended.
    while (next_ < by_deadline_.size() && deadlines_[by_deadline_[next_]] <= now)
        end_by_host(by_deadline_[next_], End::timeout);
    std::sort(out_.begin() + static_cast<std::ptrdiff_t>(first), out_.end(),
              [](const auto& a, const auto& b) { return a.slot < b.slot; });
}

void FanOut::cancel() {
    for (std::size_t slot = 0; slot < ended_.size(); ++slot) end_by_host(slot, End::cancelled);
}

std::vector<FanOut::Ended> FanOut::take_ended(std::size_t most) {
    const auto from = out_.begin() + static_cast<std::ptrdiff_t>(taken_);
    const auto count = std::min(most, out_.size() - taken_);
    std::vector<Ended> piece(from, from + static_cast<std::ptrdiff_t>(count));
    taken_ += count;
    if (taken_ < out_.size()) return piece;
    out_.clear();
    taken_ = 0;
    return piece;
}

SteadyTime FanOut::deadline_of(std::size_t slot) const {
    CEDAR_CHECK(slot < deadlines_.size());
    return deadlines_[slot];
}

std::optional<SteadyTime> FanOut::next_deadline() const {
    if (next_ < by_deadline_.size()) return deadlines_[by_deadline_[next_]];
    return std::nullopt;
}

void FanOut::end(std::size_t slot) {
    ended_[slot] = 1;
    --open_;
    // The front is always open, so that nothing walks over what has ended again and again.
    while (next_ < by_deadline_.size() && ended_[by_deadline_[next_]] != 0) ++next_;
}

void FanOut::end_by_host(std::size_t slot, End how) {
    if (ended_[slot] != 0) return;
    end(slot);
    out_.push_back({slot, how});
}

}  // namespace cedar::host
