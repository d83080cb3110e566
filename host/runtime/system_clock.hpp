#pragma once
#include "host/ports/clock.hpp"

namespace cedar::host::runtime {

// The machine's clocks. Thread: any.
class SystemClock final : public Clock {
public:
    [[nodiscard]] Now now() const override {
        return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
    }
    [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace cedar::host::runtime
