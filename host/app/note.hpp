#pragma once
#include "host/ports/log.hpp"

#include <string_view>

namespace cedar::host::app {

// A line of the program itself, outside of any run.
inline void note(Log& log, LogLevel level, std::string_view stage, std::string_view message,
                 std::string_view component = {}) {
    LogRecord record;
    record.level = level;
    record.stage = stage;
    record.message = message;
    record.comp = component;
    log.write(record);
}

}  // namespace cedar::host::app
