#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cedar::host::runtime {

// Which thread runs of other hosts belong to, and how far each is known. Of those that nobody watches, `most` are
// kept, the ones met last. Thread: one at a time.
class ForeignRuns {
public:
    // `forgotten` hears of each run that is kept no longer, from within know() and unwatch().
    explicit ForeignRuns(std::size_t most, std::function<void(const std::string& run_id)> forgotten = {})
        : most_(most), forgotten_(std::move(forgotten)) {}

    // Nothing: not met, or forgotten.
    [[nodiscard]] std::optional<std::uint64_t> last_seq(std::string_view run_id) const;
    // The event is the next one of a run that is known to be of this thread: notes it as the last.
    [[nodiscard]] bool go_on(std::string_view run_id, std::int64_t thread_id, std::uint64_t seq);
    void know(const std::string& run_id, std::int64_t thread_id, std::uint64_t last_seq);
    // The run's thread; it is kept until as many calls of unwatch(). 0: not known, and no unwatch() is due.
    [[nodiscard]] std::int64_t watch(const std::string& run_id);
    void unwatch(const std::string& run_id);
    [[nodiscard]] std::size_t size() const { return runs_.size(); }

private:
    struct Run {
        std::int64_t thread_id = 0;
        std::uint64_t last_seq = 0;
        std::size_t watchers = 0;
    };
    void forget_oldest();

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    const std::size_t most_;
    const std::function<void(const std::string&)> forgotten_;
    std::unordered_map<std::string, Run, Hash, std::equal_to<>> runs_;
    std::deque<std::string> unwatched_;  // as they were met or left; may name some that are watched again, or twice
};

}  // namespace cedar::host::runtime
