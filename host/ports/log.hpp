#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace cedar::host {

enum class LogLevel { debug, info, warn, error };

// One line. Empty fields are left out. Views are read before write() returns.
struct LogRecord {
    LogLevel level = LogLevel::info;
    std::string_view stage;  // ACK DISPATCH COMPLETE AGGREGATE ERROR for runs; else such as "loader", "http"
    std::string_view message;
    std::string_view eid, rid, comp, uid;
    std::int64_t pid = 0;  // project id
    std::span<const std::pair<std::string_view, std::string>> fields{};
};

// Structured log. Never throws, never blocks on a full pipe for long. Thread: any.
class Log {
public:
    virtual ~Log() = default;
    virtual void write(const LogRecord& record) = 0;
};

}  // namespace cedar::host
