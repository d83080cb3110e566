#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cedar::host::runtime {

// How many invocations wait and how many run, in one word: many threads change it for each of them. Less than 2^32
// of both. Thread: any.
class OpenCount {
public:
    [[nodiscard]] std::size_t waiting() const { return static_cast<std::uint32_t>(word_.load()); }
    [[nodiscard]] std::size_t running() const { return word_.load() >> 32; }
    [[nodiscard]] bool none() const { return word_.load() == 0; }

    // False: `most` wait already, and nothing was counted.
    [[nodiscard]] bool add_waiting(std::size_t most) {
        if (static_cast<std::uint32_t>(word_.fetch_add(kWaiting)) < most) return true;
        word_.fetch_sub(kWaiting);
        return false;
    }
    void add_waiting() { word_.fetch_add(kWaiting); }
    void started() { word_.fetch_add(kRunning - kWaiting); }
    void ended(bool had_started) { word_.fetch_sub(had_started ? kRunning : kWaiting); }

private:
    static constexpr std::uint64_t kWaiting = 1, kRunning = std::uint64_t{1} << 32;

    // On a line of the cache of its own: what lies beside it is read all the time.
    alignas(64) std::atomic<std::uint64_t> word_{0};
};

}  // namespace cedar::host::runtime
