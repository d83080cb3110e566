#include "host/runtime/event_body_store.hpp"

#include "host/core/event_writer.hpp"
#include "host/core/json.hpp"
#include "host/core/sha256.hpp"
#include "tests/support/fake_event_log.hpp"

#include <gtest/gtest.h>

#include <array>

namespace cedar::host::runtime {
namespace {

TEST(EventBodyStore, GivesBackWhatItKeptByItsHash) {
    EventBodyStore store;
    const auto reference = store.keep("[1]");
    ASSERT_TRUE(reference);
    EXPECT_EQ(reference->sha256, sha256_hex("[1]"));
    EXPECT_EQ(reference->bytes, 3U);
    EXPECT_EQ(reference->url, "/api/events/body/" + reference->sha256);
    ASSERT_NE(store.find(reference->sha256), nullptr);
    EXPECT_EQ(*store.find(reference->sha256), "[1]");
    EXPECT_EQ(store.find("no such"), nullptr);
}

TEST(EventBodyStore, KeepsEqualBodiesOnce) {
    EventBodyStore store;
    EXPECT_EQ(store.keep("[1]")->url, store.keep("[1]")->url);
    EXPECT_EQ(store.usage().bodies, 1U);
    EXPECT_EQ(store.usage().bytes, 3U);
}

TEST(EventBodyStore, ForgetsTheOldestBeyondItsCount) {
    EventBodyStore store({.bodies = 2});
    const auto one = store.keep("1")->sha256;
    const auto two = store.keep("2")->sha256;
    static_cast<void>(store.keep("1"));  // young again
    const auto three = store.keep("3")->sha256;
    EXPECT_NE(store.find(one), nullptr);
    EXPECT_EQ(store.find(two), nullptr);
    EXPECT_NE(store.find(three), nullptr);
}

TEST(EventBodyStore, ForgetsTheOldestBeyondItsBytes) {
    EventBodyStore store({.bytes = 10});
    const auto one = store.keep("1234")->sha256;
    const auto two = store.keep("12345")->sha256;
    const auto three = store.keep("123456")->sha256;
    EXPECT_EQ(store.find(one), nullptr);
    EXPECT_EQ(store.find(two), nullptr);
    EXPECT_NE(store.find(three), nullptr);
    EXPECT_EQ(store.usage().bytes, 6U);
}

TEST(EventBodyStore, DoesNotTakeWhatIsLargerThanAllItMayKeep) {
    EventBodyStore store({.bytes = 10});
    static_cast<void>(store.keep("1"));
    EXPECT_FALSE(store.keep("12345678901"));
    EXPECT_EQ(store.usage().bodies, 1U);
    EventBodyStore none({.bodies = 0});
    EXPECT_FALSE(none.keep("1"));
}

EventPtr prompt_of(std::uint64_t seq, std::size_t bytes) {
    constexpr const char* kId = "0123456789abcdef0123456789abcdef";
    return EventWriter({EventType::prompt, seq, kId, kId, "2026-01-02T03:04:05.000006Z", 7, 11})
        .raw("messages", R"([{"role":"user","content":")" + std::string(bytes, 'x') + R"("}])")
        .finish();
}

TEST(ReferringEventLog, ReplacesInOrderWhatIsTooLarge) {
    FakeEventLog real;
    EventBodyStore bodies({.inline_bytes = 4096});
    ReferringEventLog log(real, bodies);
    const std::array events{prompt_of(1, 10), prompt_of(2, 5000), prompt_of(3, 10)};
    log.append_all(events);
    log.append(prompt_of(4, 6000));
    const auto seen = log.read(events[0]->run_id, 0);
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[0], events[0]);
    EXPECT_EQ(seen[2], events[2]);
    EXPECT_LT(seen[1]->json.size(), 1024U);
    EXPECT_LT(seen[3]->json.size(), 1024U);
    EXPECT_EQ(seen[3]->seq, 4U);
    EXPECT_EQ(bodies.usage().bodies, 2U);
}

}  // namespace
}  // namespace cedar::host::runtime
