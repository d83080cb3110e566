#pragma once
#include "host/core/now.hpp"

namespace cedar::host {

// Time. The fake ticks by hand. Thread: any.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Now now() const = 0;
};

}  // namespace cedar::host
