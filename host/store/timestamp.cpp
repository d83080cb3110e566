#include "host/store/timestamp.hpp"

#include <array>
#include <ctime>

namespace cedar::host::store {

namespace {

std::tm parts_of(UtcTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

}  // namespace

std::string to_timestamp(UtcTime time) {
    const std::tm parts = parts_of(time);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string to_stamp(UtcTime time) {
    const std::tm parts = parts_of(time);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

}  // namespace cedar::host::store
