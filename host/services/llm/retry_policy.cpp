#include "host/services/llm/retry_policy.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>

namespace cedar::host::services::llm {

using std::chrono::milliseconds;

std::string_view to_string(TimeLimit limit) {
    switch (limit) {
        case TimeLimit::none: return "none";
        case TimeLimit::queue: return "queue";
        case TimeLimit::connect: return "connect";
        case TimeLimit::first_byte: return "first_byte";
        case TimeLimit::stall: return "stall";
        case TimeLimit::total: return "total";
    }
    return "none";
}

bool retryable(const AttemptFailure& failure) {
    if (failure.streamed) return false;
    if (failure.connection) return true;
    switch (failure.time_limit) {
        case TimeLimit::connect:
        case TimeLimit::first_byte:
        case TimeLimit::stall: return true;
        case TimeLimit::queue:
        case TimeLimit::total: return false;
        case TimeLimit::none: break;
    }
    const int status = failure.http_status;
    return status == 408 || status == 409 || status == 429 || (status >= 500 && status <= 599);
}

std::optional<milliseconds> next_wait(const RetryOptions& options, const AttemptFailure& failure,
                                      unsigned attempts_made, double jitter, SteadyTime now, SteadyTime deadline) {
    if (!retryable(failure) || attempts_made >= options.max_attempts) return std::nullopt;
    milliseconds wait;
    if (failure.retry_after) {
        if (*failure.retry_after > options.retry_after_max) return std::nullopt;
        wait = *failure.retry_after;
    } else {
        const unsigned doublings = std::min(attempts_made > 0 ? attempts_made - 1 : 0U, 20U);
        const auto window = std::min(options.backoff_max, options.backoff_base * (std::int64_t{1} << doublings));
        wait = milliseconds(std::llround(static_cast<double>(window.count()) * jitter));
    }
    if (now + wait >= deadline) return std::nullopt;
    return wait;
}

namespace {

std::optional<double> parse_number(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(value) || value < 0 || value > 1e9) return std::nullopt;
    return value;
}

// IMF-fixdate only: what every server of today sends.
std::optional<UtcTime> parse_http_date(std::string_view text) {
    std::tm parts{};
    const std::string copy(text);
    const char* end = ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view retry_after_ms, std::string_view retry_after,
                                              UtcTime utc) {
    if (const auto value = parse_number(retry_after_ms)) return milliseconds(std::llround(std::ceil(*value)));
    if (const auto value = parse_number(retry_after)) return milliseconds(std::llround(std::ceil(*value * 1000)));
    if (const auto date = parse_http_date(retry_after)) {
        return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(*date - utc));
    }
    return std::nullopt;
}

}  // namespace cedar::host::services::llm
