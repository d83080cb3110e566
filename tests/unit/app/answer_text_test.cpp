#include "host/app/answer_text.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

Event event_of(EventType type, std::string json) {
    Event event;
    event.type = type;
    event.json = std::move(json);
    return event;
}

TEST(AnswerText, IsTheFinalsTextAndWhoMadeIt) {
    const auto event = event_of(EventType::final, R"({"type":"final","text":"Forty-two.","status":"complete",
        "aggregator":{"id":"aggregator.extractive","llm":false},"coverage":{"selected":3,"ok":2}})");
    EXPECT_EQ(
        answer_text(event),
        "Forty-two.\n\n(aggregator.extractive without a language model, complete, 2 of 3 components answered)");
}

TEST(AnswerText, IsTheTextAloneWhenNothingElseIsKnown) {
    EXPECT_EQ(answer_text(event_of(EventType::final, R"({"text":"Yes."})")), "Yes.");
}

TEST(AnswerText, IsTheErrorAndItsDetail) {
    EXPECT_EQ(answer_text(event_of(EventType::error, R"({"error":"cancelled","detail":"stopped by a signal"})")),
              "error: cancelled: stopped by a signal");
    EXPECT_EQ(answer_text(event_of(EventType::error, R"({"error":"deadline"})")), "error: deadline");
}

TEST(AnswerText, IsTheEventItselfWhenItCannotBeRead) {
    EXPECT_EQ(answer_text(event_of(EventType::final, "{")), "{");
}

}  // namespace
}  // namespace cedar::host::app
