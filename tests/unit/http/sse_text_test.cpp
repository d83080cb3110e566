#include "host/http/sse_text.hpp"

#include "tests/support/make_event.hpp"
#include "tests/support/sse_reader.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cedar::host::http {
namespace {

TEST(SseText, WritesAnEventWithAPositionThatResumes) {
    std::string out;
    const auto event = make_event("a", 12, 7);
    append_sse_event(out, *event);
    EXPECT_EQ(out, "id: " + event->run_id + "-12\ndata: " + event->json + "\n\n");
    const auto position = parse_sse_position(event->run_id + "-12");
    ASSERT_TRUE(position);
    EXPECT_EQ(position->run_id, event->run_id);
    EXPECT_EQ(position->seq, 12U);
}

TEST(SseText, KnowsAPositionOfItsOwnOnly) {
    const auto run = run_named("a");
    for (const std::string& text : std::vector<std::string>{
             "", "0", "$", "-", "+", run, run + "-", run + "-0", run + "--1", run + "-1x", run + "_1", run + "-+1",
             run + "-9999999999999999999999", std::string(32, 'g') + "-1", "' OR 1=1 --", std::string(10240, 'a')})
        EXPECT_FALSE(parse_sse_position(text)) << text;
}

// Whatever is published, a strict reader reads it back, line breaks as line feeds.
TEST(SseText, IsReadBackAsItWasPublished) {
    std::mt19937 random(20260102);
    const std::vector<std::string> pieces{"\r",
                                          "\n",
                                          "\r\n",
                                          "data: x",
                                          "id: 7",
                                          "event: evil",
                                          ":",
                                          " ",
                                          "\n\n",
                                          "\xe2\x80\xa8",
                                          std::string(1, '\0'),
                                          "{\"a\":1}",
                                          "retry: 1"};
    const auto text = [&] {
        std::string out;
        for (auto count = random() % 8; count > 0; --count) out += pieces[random() % pieces.size()];
        return out;
    };
    const auto lines = [](std::string from) {
        std::string out;
        for (std::size_t at = 0; at < from.size(); ++at) {
            if (from[at] == '\r' && at + 1 < from.size() && from[at + 1] == '\n') continue;
            out += from[at] == '\r' ? '\n' : from[at];
        }
        return out;
    };
    for (int round = 0; round < 5000; ++round) {
        const auto first = text(), second = text();
        std::string out;
        append_sse_event(out, text(), text(), "-" + first);
        append_sse_event(out, "9", {}, "-" + second);
        SseReader reader;
        for (const char c : out) reader.feed({&c, 1});
        ASSERT_EQ(reader.messages.size(), 2U);
        EXPECT_EQ(reader.messages[0].data, "-" + lines(first));
        EXPECT_EQ(reader.messages[1].data, "-" + lines(second));
        EXPECT_EQ(reader.messages[1].id, "9");
        EXPECT_EQ(reader.messages[1].event, "");
        EXPECT_EQ(reader.retry, "");
    }
}

}  // namespace
}  // namespace cedar::host::http
