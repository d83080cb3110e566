#include "host/http/http_date.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace cedar::host::http {
namespace {

std::tm parts_of(UtcTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    const auto value = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&value, &parts);
    return parts;
}

}  // namespace

std::string http_date(UtcTime time) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto parts = parts_of(time);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  days.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                  months.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900, parts.tm_hour,
                  parts.tm_min, parts.tm_sec);
    return text.data();
}

// Digit by digit: each event of a socket's own has one.
std::string event_time(UtcTime time) {
    const auto parts = parts_of(time);
    const auto since = std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch();
    auto micros = static_cast<int>((since % std::chrono::seconds(1)).count());
    if (micros < 0) micros += 1000000;
    std::string text = "0000-00-00T00:00:00.000000Z";
    const auto put = [&text](std::size_t end, int value) {
        for (; value > 0; value /= 10) text[--end] = static_cast<char>('0' + value % 10);
    };
    put(4, (parts.tm_year + 1900) % 10000);
    put(7, parts.tm_mon + 1);
    put(10, parts.tm_mday);
    put(13, parts.tm_hour);
    put(16, parts.tm_min);
    put(19, parts.tm_sec);
    put(26, micros);
    return text;
}

}  // namespace cedar::host::http
