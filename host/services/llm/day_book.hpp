#pragma once
#include "host/core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace cedar::host::services::llm {

// What the model cost on the present UTC day, in a file of one line, "2026-11-22 0.250000000": kept over restarts,
// and one sum for all hosts with the same file. What a host did before it was killed is in it; the power may fail
// before the system has written the last of it. Thread: any.
class DayBook {
public:
    explicit DayBook(std::filesystem::path file) : file_(std::move(file)) {}

    // What becomes of the sum of another day that is found.
    enum class OtherDay { gives_way, stays };

    // Passes the day's sum to `change` and keeps what that returns, with no other host in between; keeps nothing
    // when it returns an error, and returns that. `day` is days since 1970. Of another day the sum gives way to
    // zero, or stays: then `change` is not called. Blocking, at most a tenth of a second for another host. Error
    // unavailable: that has not let go of it. io: the file cannot be read, locked or written; corrupt:
    // it is not such a line. Both name it.
    Result<double> update(std::int64_t day, OtherDay other,
                          const std::function<Result<double>(double)>& change) const;

private:
    std::filesystem::path file_;
};

}  // namespace cedar::host::services::llm
