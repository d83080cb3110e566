#include "host/app/plugin_events.hpp"

#include "host/core/json.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

TEST(PluginEvents, AreNumberedAndDated) {
    FakeClock clock;
    PluginEvents events(clock);
    EXPECT_EQ(events.json(), "[]");
    events.add("ready", "/p/a.so", "");
    clock.advance(std::chrono::seconds(2));
    events.add("killed", "/p/\"b\".so", "its worker was killed");
    EXPECT_EQ(events.json(), R"([{"seq":1,"at":"2026-01-02T03:04:05Z","event":"ready","file":"/p/a.so","text":""},)"
                             R"({"seq":2,"at":"2026-01-02T03:04:07Z","event":"killed","file":"/p/\"b\".so",)"
                             R"("text":"its worker was killed"}])");
}

TEST(PluginEvents, ForgetTheOldest) {
    const FakeClock clock;
    PluginEvents events(clock);
    for (std::size_t i = 0; i < PluginEvents::kKept + 5; ++i) events.add("ready", "/p/a.so", "");
    const auto kept = parse_json(events.json());
    ASSERT_TRUE(kept && kept->IsArray());
    EXPECT_EQ(kept->Size(), PluginEvents::kKept);
    EXPECT_EQ((*kept)[0]["seq"].GetUint64(), 6U);
}

}  // namespace
}  // namespace cedar::host::app
