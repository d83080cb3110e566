#pragma once
#include "host/ports/log.hpp"

#include <string_view>

namespace cedar::host::http {

inline void log_line(Log& log, LogLevel level, std::string_view message) {
    LogRecord record;
    record.level = level;
    record.stage = "http";
    record.message = message;
    log.write(record);
}

}  // namespace cedar::host::http
