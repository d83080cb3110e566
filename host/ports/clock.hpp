#pragma once
#include "host/core/now.hpp"

namespace cedar::host {

// Time. The fake ticks by hand. Thread: any.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Now now() const = 0;
    // As now().steady; for who needs no more.
    [[nodiscard]] virtual SteadyTime steady() const { return now().steady; }
};

}  // namespace cedar::host
