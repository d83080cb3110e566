#pragma once
#include "host/ports/clock.hpp"

#include <atomic>
#include <chrono>

namespace cedar::host {

// A clock ticked by hand. Starts at a fixed moment (2026-01-02T03:04:05.000006Z, steady 1000 s), so that what is
// printed is the same in every test. Thread: any.
class FakeClock final : public Clock {
public:
    static constexpr std::chrono::microseconds kUtcStart{1767323045000006};
    static constexpr std::chrono::seconds kSteadyStart{1000};

    [[nodiscard]] Now now() const override {
        const std::chrono::microseconds passed{passed_us_.load()};
        return {SteadyTime{kSteadyStart + passed}, UtcTime{kUtcStart + passed}};
    }
    void advance(std::chrono::microseconds by) { passed_us_ += by.count(); }

private:
    std::atomic<std::int64_t> passed_us_{0};
};

}  // namespace cedar::host
