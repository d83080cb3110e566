#include "host/store/timestamp.hpp"

#include <array>
#include <ctime>

namespace cedar::host::store {

namespace {

std::string format(UtcTime time, const char* pattern) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), pattern, &parts);
    return {text.data(), size};
}

}  // namespace

std::string to_timestamp(UtcTime time) {
    return format(time, "%Y-%m-%d %H:%M:%S");
}

std::string to_stamp(UtcTime time) {
    return format(time, "%Y%m%dT%H%M%SZ");
}

}  // namespace cedar::host::store
