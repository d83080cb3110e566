#include "host/services/llm/retry_policy.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr SteadyTime kStart{};
constexpr SteadyTime kFar = kStart + 1h;

AttemptFailure status(int code) {
    AttemptFailure failure;
    failure.http_status = code;
    return failure;
}

TEST(RetryPolicy, RetriesWhatMayPassAndNothingElse) {
    for (const int code : {408, 409, 429, 500, 502, 503, 504, 599}) EXPECT_TRUE(retryable(status(code))) << code;
    for (const int code : {200, 301, 400, 401, 403, 404, 413, 422, 600})
        EXPECT_FALSE(retryable(status(code))) << code;
    AttemptFailure refused;
    refused.connection = true;
    EXPECT_TRUE(retryable(refused));
}

TEST(RetryPolicy, NeverRetriesAfterTheFirstStreamedByte) {
    auto failure = status(503);
    failure.streamed = true;
    EXPECT_FALSE(retryable(failure));
    failure.connection = true;
    EXPECT_FALSE(retryable(failure));
}

TEST(RetryPolicy, RetriesTimeLimitsOfAnAttemptNotOfTheCall) {
    AttemptFailure failure;
    for (const auto limit : {TimeLimit::connect, TimeLimit::first_byte, TimeLimit::stall}) {
        failure.time_limit = limit;
        EXPECT_TRUE(retryable(failure)) << to_string(limit);
    }
    for (const auto limit : {TimeLimit::queue, TimeLimit::total}) {
        failure.time_limit = limit;
        EXPECT_FALSE(retryable(failure)) << to_string(limit);
    }
}

TEST(RetryPolicy, DoublesTheWindowUpToItsMaximum) {
    RetryOptions options;
    options.max_attempts = 10;
    const auto wait = [&](unsigned made) { return next_wait(options, status(500), made, 0.5, kStart, kFar); };
    EXPECT_EQ(wait(1), 250ms);
    EXPECT_EQ(wait(2), 500ms);
    EXPECT_EQ(wait(3), 1000ms);
    EXPECT_EQ(wait(9), 4000ms);
}

TEST(RetryPolicy, ObeysWhatTheProviderAskedFor) {
    auto failure = status(429);
    failure.retry_after = 1234ms;
    EXPECT_EQ(next_wait({}, failure, 1, 0.9, kStart, kFar), 1234ms);
    failure.retry_after = 61s;
    EXPECT_EQ(next_wait({}, failure, 1, 0.9, kStart, kFar), std::nullopt);
}

TEST(RetryPolicy, GivesUpAtTheLastAttemptAndBeforeTheDeadline) {
    EXPECT_EQ(next_wait({}, status(500), 4, 0.5, kStart, kFar), std::nullopt);
    EXPECT_EQ(next_wait({}, status(500), 1, 0.5, kStart, kStart + 250ms), std::nullopt);
    EXPECT_EQ(next_wait({}, status(500), 1, 0.5, kStart, kStart + 251ms), 250ms);
}

TEST(RetryAfter, ReadsMillisecondsSecondsAndDates) {
    const UtcTime utc = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2};
    EXPECT_EQ(parse_retry_after("150", "9", utc), 150ms);
    EXPECT_EQ(parse_retry_after("", "2", utc), 2s);
    EXPECT_EQ(parse_retry_after("", " 0.5 ", utc), 500ms);
    EXPECT_EQ(parse_retry_after("", "Fri, 02 Jan 2026 00:00:03 GMT", utc), 3s);
    EXPECT_EQ(parse_retry_after("", "Thu, 01 Jan 2026 00:00:00 GMT", utc), 0s);
    for (const auto* text : {"", "soon", "-1", "nan", "inf", "1e300", "3 s", "Fri, 02 Jan 2026"}) {
        EXPECT_EQ(parse_retry_after("", text, utc), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace cedar::host::services::llm
