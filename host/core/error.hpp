#pragma once
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace cedar::host {

// What kind of failure it is; the edge maps it to an HTTP status in one table.
enum class ErrorCode {
    invalid_argument,  // the caller's input is not what was asked for
    not_found,
    already_exists,
    limit,  // too large, too many, queue full
    deadline,
    cancelled,
    denied,
    unsupported,
    unavailable,  // may work later
    io,           // the file system or a device said no
    corrupt,      // stored data is not what was stored
    internal,     // a fault of ours
};

std::string_view to_string(ErrorCode code);  // snake_case name

// A failure that can happen in operation. `message` is one sentence for a person: what was expected,
// what came and where; no internals, no secrets. `detail` is for the log: a library's own words.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::string detail;
};

template <class T = void>
using Result = boost::system::result<T, Error>;

// Found by boost::system::result when value() is called on a failure.
class ErrorException : public std::runtime_error {
public:
    explicit ErrorException(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
    const Error& error() const noexcept { return error_; }

private:
    Error error_;
};

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw ErrorException(error);
}

}  // namespace cedar::host
