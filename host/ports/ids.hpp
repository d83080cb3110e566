#pragma once
#include <string>

namespace cedar::host {

// Where identifiers come from. Thread: any.
class IdSource {
public:
    virtual ~IdSource() = default;
    // 32 lower-case hex digits, unpredictable, never all zero.
    [[nodiscard]] virtual std::string next() = 0;
};

}  // namespace cedar::host
