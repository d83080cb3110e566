#include "host/core/component_result.hpp"

#include "tests/support/make_component.hpp"

#include <cedar/abi.h>

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

ComponentPtr component() {
    return make_test_component("a.x", [](Manifest& m) {
        m.output_schema = R"({"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}})";
    });
}

RawOutcome answer(std::string body) {
    RawOutcome outcome;
    outcome.answered = true;
    outcome.body = std::move(body);
    outcome.duration = std::chrono::microseconds(1500);
    return outcome;
}

RawOutcome failure(cedar_status status, std::string error_json = {}) {
    RawOutcome outcome;
    outcome.status = status;
    outcome.error_json = std::move(error_json);
    return outcome;
}

TEST(ComponentResult, IsOkForAnAnswerThatFitsTheSchema) {
    const auto result = normalise(*component(), answer(R"({"n":1})"));
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.content, R"({"n":1})");
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.component, "a.x");
    EXPECT_EQ(result.version, "1.0.0");
    EXPECT_EQ(result.duration.count(), 1500);
}

TEST(ComponentResult, RefusesAnswersOutsideTheSchema) {
    for (const std::string body :
         {R"({"n":"1"})", "{}", "{", "", "{\"n\":1} x", "{\"n\":1,\"n\":2}", "{\"n\":1,\"x\":\"\xFF\"}"}) {
        const auto result = normalise(*component(), answer(body));
        EXPECT_EQ(result.status, ResultStatus::invalid_output) << body;
        EXPECT_TRUE(result.content.empty());
        ASSERT_TRUE(result.error);
        EXPECT_EQ(result.error->source, ErrorSource::schema);
    }
    EXPECT_EQ(normalise(*component(), answer(R"({"n":"1"})")).error->message,
              "expected type integer at /n, got string \"1\"");
}

TEST(ComponentResult, KeepsARefusedAnswerOfAnAggregatorOnly) {
    const auto aggregator = make_test_component("a.agg", [](Manifest& m) { m.role = Role::aggregator; });
    EXPECT_EQ(normalise(*aggregator, answer("Sure! \xFF")).refused, "Sure! \uFFFD");
    EXPECT_EQ(normalise(*aggregator, answer("")).refused, "");
    EXPECT_EQ(normalise(*aggregator, answer("{}")).refused, std::nullopt);
    EXPECT_EQ(normalise(*aggregator, answer("{}"), 1).refused, std::nullopt);
    EXPECT_EQ(normalise(*component(), answer("Sure!")).refused, std::nullopt);
}

TEST(ComponentResult, IsInvalidOutputWhenTheComponentSaysSo) {
    const auto result =
        normalise(*component(),
                  failure(CEDAR_INTERNAL, R"({"code":"invalid_output","message":"it cites what was not given"})"));
    EXPECT_EQ(result.status, ResultStatus::invalid_output);
    EXPECT_EQ(result.error->message, "it cites what was not given");
    EXPECT_EQ(result.error->source, ErrorSource::component);
    EXPECT_EQ(normalise(*component(), failure(CEDAR_CANCELLED, R"({"code":"invalid_output"})")).status,
              ResultStatus::cancelled);
}

TEST(ComponentResult, RefusesAnAnswerThatIsTooLarge) {
    const auto result = normalise(*component(), answer(R"({"n":1})"), 6);
    EXPECT_EQ(result.status, ResultStatus::invalid_output);
    EXPECT_EQ(result.error->message, "expected an answer of at most 6 bytes [max_output_bytes], got 7");
}

TEST(ComponentResult, RefusesOkWithoutAnAnswer) {
    const auto result = normalise(*component(), RawOutcome{});
    EXPECT_EQ(result.status, ResultStatus::error);
    EXPECT_EQ(result.error->code, "no_answer");
}

TEST(ComponentResult, TakesTheStatusFromTheBoundary) {
    EXPECT_EQ(normalise(*component(), failure(CEDAR_INTERNAL)).status, ResultStatus::error);
    EXPECT_EQ(normalise(*component(), failure(CEDAR_DENIED)).status, ResultStatus::denied);
    EXPECT_EQ(normalise(*component(), failure(CEDAR_DEADLINE)).status, ResultStatus::timeout);
    EXPECT_EQ(normalise(*component(), failure(CEDAR_CANCELLED)).status, ResultStatus::cancelled);
    const auto unknown = normalise(*component(), failure(4711));
    EXPECT_EQ(unknown.status, ResultStatus::error);
    EXPECT_EQ(unknown.error->code, "internal");
}

TEST(ComponentResult, IgnoresAnAnswerWhenTheStatusIsAFailure) {
    auto outcome = failure(CEDAR_INTERNAL);
    outcome.answered = true;
    outcome.body = R"({"n":1})";
    EXPECT_EQ(normalise(*component(), std::move(outcome)).status, ResultStatus::error);
}

TEST(ComponentResult, TakesTheErrorFromWhatTheComponentSaid) {
    const auto result = normalise(
        *component(),
        failure(
            CEDAR_UNAVAILABLE,
            R"({"code":"peer_down","message":"The peer is down.","detail":"d","retryable":false,"source":"provider"})"));
    EXPECT_EQ(result.error->code, "peer_down");
    EXPECT_EQ(result.error->message, "The peer is down.");
    EXPECT_EQ(result.error->detail, "d");
    EXPECT_FALSE(result.error->retryable);
    EXPECT_EQ(result.error->source, ErrorSource::provider);
}

TEST(ComponentResult, KeepsItsOwnWordsWhenTheErrorIsUnusable) {
    const auto result = normalise(*component(), failure(CEDAR_UNAVAILABLE, "{oops"));
    EXPECT_EQ(result.error->code, "unavailable");
    EXPECT_TRUE(result.error->retryable);
    EXPECT_NE(result.error->detail.find("byte 1"), std::string::npos);
}

TEST(ComponentResult, ShowsABrokenPromptAsOneMessage) {
    auto outcome = answer(R"({"n":1})");
    outcome.debug_prompt = "[{\"role\":";
    EXPECT_EQ(normalise(*component(), std::move(outcome)).debug_prompt,
              R"([{"role":"user","content":"[{\"role\":"}])");
}

TEST(ComponentResult, IsMadeByTheHostForWhatTheHostDecides) {
    const auto result = make_failure(*component(), ResultStatus::timeout,
                                     {"timeout", "m", "", true, ErrorSource::host}, std::chrono::milliseconds(2));
    EXPECT_EQ(result.status, ResultStatus::timeout);
    EXPECT_EQ(result.error->code, "timeout");
    EXPECT_EQ(to_string(result.status), "timeout");
}

}  // namespace
}  // namespace cedar::host
