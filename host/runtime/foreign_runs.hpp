#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace cedar::host::runtime {

// Which thread runs of other hosts belong to, and how far each is known. Of those that nobody watches, `most` are
// kept, the ones met last. Thread: one at a time.
class ForeignRuns {
public:
    explicit ForeignRuns(std::size_t most) : most_(most) {}

    // Nothing: not met, or forgotten.
    [[nodiscard]] std::optional<std::uint64_t> last_seq(const std::string& run_id) const;
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

    const std::size_t most_;
    std::unordered_map<std::string, Run> runs_;
    std::deque<std::string> unwatched_;  // as they were met or left; may name some that are watched again, or twice
};

}  // namespace cedar::host::runtime
