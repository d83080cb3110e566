#include "host/core/event_writer.hpp"

#include "tests/support/event_schema.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

using namespace std::chrono_literals;

EventHead head() {
    return {EventType::info,
            3,
            "0123456789abcdef0123456789abcdef",
            "00000000000000000000000000000001",
            "2026-01-02T03:04:05.000006Z",
            7,
            0};
}

TEST(EventWriter, WritesTheEnvelopeAndTheFields) {
    const auto event = EventWriter(head()).text("stage", "planning").finish();
    EXPECT_EQ(
        event->json,
        R"({"type":"info","eid":"00000000000000000000000000000001","run_id":"0123456789abcdef0123456789abcdef","seq":3,)"
        R"("t":"2026-01-02T03:04:05.000006Z","project_id":7,"thread_id":null,"stage":"planning"})");
    EXPECT_TRUE(is_event(event->json));
    EXPECT_EQ(event->seq, 3U);
    EXPECT_FALSE(event->terminal());
}

TEST(EventWriter, NestsObjects) {
    const auto event =
        EventWriter(head()).open("call").number("a", -1).close().raw("b", "[1]").open("c").close().finish();
    EXPECT_NE(event->json.find(R"("call":{"a":-1},"b":[1],"c":{}})"), std::string::npos);
    EXPECT_TRUE(check_json(event->json));
}

TEST(EventWriter, WritesTimeInUtcMicroseconds) {
    EXPECT_EQ(utc_text(UtcTime{1767323045000006us}), "2026-01-02T03:04:05.000006Z");
    EXPECT_EQ(utc_text(UtcTime{0us}), "1970-01-01T00:00:00.000000Z");
}

TEST(EventWriter, WritesMillisecondsWithoutNeedlessZeros) {
    const auto text = [](std::chrono::microseconds us) {
        std::string out;
        append_ms(out, us);
        return out;
    };
    EXPECT_EQ(text(0us), "0");
    EXPECT_EQ(text(1500us), "1.5");
    EXPECT_EQ(text(2007us), "2.007");
    EXPECT_EQ(text(90us), "0.09");
    EXPECT_EQ(text(-5us), "0");
}

TEST(EventSchema, RefusesWhatIsNoEvent) {
    const auto good = EventWriter(head()).text("stage", "planning").finish()->json;
    EXPECT_FALSE(is_event("{}"));
    EXPECT_FALSE(is_event(EventWriter(head()).text("stage", "other").finish()->json));
    EXPECT_FALSE(is_event(EventWriter(head()).text("stage", "planning").text("more", "x").finish()->json));
    EXPECT_FALSE(is_event(EventWriter(head()).finish()->json));
    auto bad_seq = good;
    bad_seq.replace(bad_seq.find("\"seq\":3"), 7, "\"seq\":0");
    EXPECT_FALSE(is_event(bad_seq));
}

}  // namespace
}  // namespace cedar::host
