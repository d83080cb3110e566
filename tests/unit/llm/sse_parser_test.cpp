#include "host/services/llm/sse_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cedar::host::services::llm {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

Events parse(std::string_view bytes, std::size_t piece) {
    SseParser parser;
    Events events;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const auto fed = parser.feed(bytes.substr(at, piece),
                                     [&](const SseEvent& event) { events.emplace_back(event.name, event.data); });
        EXPECT_TRUE(fed.has_value());
    }
    return events;
}

class SseParserSplit : public testing::TestWithParam<std::size_t> {};

TEST_P(SseParserSplit, GivesTheSameEventsHoweverTheBytesAreCut) {
    const std::string bytes =
        "\xEF\xBB\xBF"
        ": a comment\r\n"
        "data: one\r\n\r\n"
        "event: named\ndata:two\ndata: lines\n\n"
        "data\n\n"
        "id: 7\rretry: 10\rdata:  spaced\r\r"
        "event: without data\n\n"
        "data: last without its blank line";
    const Events expected = {{"message", "one"}, {"named", "two\nlines"}, {"message", ""}, {"message", " spaced"}};
    EXPECT_EQ(parse(bytes, GetParam()), expected);
}

INSTANTIATE_TEST_SUITE_P(Pieces, SseParserSplit, testing::Values(1, 2, 3, 5, 7, 11, 1000));

TEST(SseParser, AByteOrderMarkCountsAtTheStartOnly) {
    EXPECT_EQ(parse("data: a\n\n\xEF\xBB\xBF"
                    "data: b\n\n",
                    1000),
              (Events{{"message", "a"}}));
}

TEST(SseParser, RefusesAnEventThatIsTooLongAndTakesNoMore) {
    SseParser parser(16);
    std::size_t events = 0;
    const auto count = [&](const SseEvent&) { ++events; };
    ASSERT_TRUE(parser.feed("data: short\n\n", count).has_value());
    const auto refused = parser.feed("data: far too long a line", count);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::limit);
    EXPECT_EQ(refused.error().message, "expected a server-sent event of at most 16 bytes, got a longer one");
    EXPECT_FALSE(parser.feed("data: x\n\n", count).has_value());
    EXPECT_EQ(events, 1U);
}

TEST(SseParser, BoundsAnEventOfManyShortLines) {
    SseParser parser(64);
    bool failed = false;
    for (int line = 0; line < 100 && !failed; ++line) {
        failed = !parser.feed("data: abc\n", [](const SseEvent&) {}).has_value();
    }
    EXPECT_TRUE(failed);
}

}  // namespace
}  // namespace cedar::host::services::llm
