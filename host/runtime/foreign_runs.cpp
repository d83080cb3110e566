#include "host/runtime/foreign_runs.hpp"

#include <algorithm>

namespace cedar::host::runtime {

std::optional<std::uint64_t> ForeignRuns::last_seq(std::string_view run_id) const {
    const auto found = runs_.find(run_id);
    return found == runs_.end() ? std::nullopt : std::optional(found->second.last_seq);
}

bool ForeignRuns::go_on(std::string_view run_id, std::int64_t thread_id, std::uint64_t seq) {
    const auto found = runs_.find(run_id);
    if (found == runs_.end() || found->second.thread_id != thread_id || found->second.last_seq + 1 != seq)
        return false;
    found->second.last_seq = seq;
    return true;
}

void ForeignRuns::know(const std::string& run_id, std::int64_t thread_id, std::uint64_t last_seq) {
    const auto [run, met] = runs_.try_emplace(run_id);
    run->second.thread_id = thread_id;
    run->second.last_seq = std::max(run->second.last_seq, last_seq);
    if (!met) return;
    unwatched_.push_back(run_id);
    forget_oldest();
}

std::int64_t ForeignRuns::watch(const std::string& run_id) {
    const auto found = runs_.find(run_id);
    if (found == runs_.end()) return 0;
    ++found->second.watchers;
    return found->second.thread_id;
}

void ForeignRuns::unwatch(const std::string& run_id) {
    if (--runs_.at(run_id).watchers > 0) return;
    unwatched_.push_back(run_id);
    forget_oldest();
}

void ForeignRuns::forget_oldest() {
    while (unwatched_.size() > most_) {
        const auto run = runs_.find(unwatched_.front());
        if (run != runs_.end() && run->second.watchers == 0) {
            runs_.erase(run);
            if (forgotten_) forgotten_(unwatched_.front());
        }
        unwatched_.pop_front();
    }
}

}  // namespace cedar::host::runtime
