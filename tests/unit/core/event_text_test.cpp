#include "host/core/event_text.hpp"

#include "tests/support/counting_ids.hpp"
#include "tests/support/event_schema.hpp"
#include "tests/support/make_event.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

TEST(EventText, GivesBackTheEventThatWasWritten) {
    for (const auto& event : {make_event("a", 1, 0), make_event("b", 70000, 12, true, "x \" \\ \n y")}) {
        const auto read = read_event(event->json);
        ASSERT_NE(read, nullptr) << event->json;
        EXPECT_EQ(read->type, event->type);
        EXPECT_EQ(read->seq, event->seq);
        EXPECT_EQ(read->run_id, event->run_id);
        EXPECT_EQ(read->eid, event->eid);
        EXPECT_EQ(read->project_id, event->project_id);
        EXPECT_EQ(read->thread_id, event->thread_id);
        EXPECT_EQ(read->json, event->json);
    }
}

TEST(EventText, RefusesWhatNoHostWrites) {
    const auto good = make_event("a", 1, 7)->json;
    ASSERT_NE(read_event(good), nullptr);
    for (std::size_t size = 0; size < good.size(); ++size) EXPECT_EQ(read_event(good.substr(0, size)), nullptr);
    const auto with = [&](const std::string& from, const std::string& to) {
        auto text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    EXPECT_EQ(read_event(with("info", "news")), nullptr);
    EXPECT_EQ(read_event(with("\"seq\":1", "\"seq\":-1")), nullptr);
    EXPECT_EQ(read_event(with("\"seq\":1", "\"seq\":0")), nullptr);
    EXPECT_EQ(read_event(with("\"seq\":1", "\"seq\":99999999999999999999")), nullptr);
    EXPECT_EQ(read_event(with("a000", "A000")), nullptr);
    EXPECT_EQ(read_event(with("planning", "plan\nning")), nullptr);
    EXPECT_EQ(read_event(with("\"thread_id\":7", "\"thread_id\":7x")), nullptr);
    EXPECT_EQ(read_event(""), nullptr);
    EXPECT_EQ(read_event("{}"), nullptr);
}

TEST(EventText, NamesTheEventThatItWouldGive) {
    const auto good = make_event("a", 70000, 7)->json;
    const auto name = read_event_name(good);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->run_id, run_named("a"));
    EXPECT_EQ(name->seq, 70000U);
    for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(read_event_name(good.substr(0, size)));
    EXPECT_FALSE(read_event_name(good.substr(0, good.size() - 1) + "\r}"));
    EXPECT_FALSE(read_event_name(good.substr(0, good.size() - 1) + "\n}"));
}

TEST(EventText, ReadsOfAForeignHostOnlyWhatIsWellFormedToItsEnd) {
    const auto good = make_event("a", 1, 7)->json;
    ASSERT_NE(read_foreign_event(good), nullptr);
    EXPECT_EQ(read_foreign_event(good)->json, good);
    const auto with_rest = [&](const std::string& rest) { return good.substr(0, good.size() - 1) + rest + "}"; };
    EXPECT_NE(read_foreign_event(with_rest(R"(,"x":[1,"\u2028"])")), nullptr);
    for (const char* rest : {",", ",x", ",\"x\":\"\xff\"", ",\"x\":\"\xed\xa0\x80\"", ",\"x\":1\r",
                             ",\"x\":1}{\"y\":2", ",\"x\":\"\\ud800\""}) {
        EXPECT_EQ(read_foreign_event(with_rest(rest)), nullptr) << rest;
    }
    const auto nested = [&](std::size_t depth) {
        return with_rest(",\"x\":" + std::string(depth, '[') + std::string(depth, ']'));
    };
    EXPECT_NE(read_foreign_event(nested(100)), nullptr);
    EXPECT_EQ(read_foreign_event(nested(1000)), nullptr);
}

TEST(EventText, SaysThatTheHostRestartedInTheCommonForm) {
    CountingIds ids;
    const auto event = host_restarted_event(run_named("a"), 7, 1, 3, {}, ids);
    EXPECT_TRUE(is_event(event->json));
    EXPECT_TRUE(event->terminal());
    EXPECT_NE(event->json.find(R"("code":"host_restarted")"), std::string::npos);
    EXPECT_EQ(read_event(event->json)->seq, 7U);
}

}  // namespace
}  // namespace cedar::host
