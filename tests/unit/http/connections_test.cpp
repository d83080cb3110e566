#include "host/http/connections.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

class Counted final : public Connection {
public:
    void stop() override { ++stops; }
    void cut() override {}
    int stops = 0;
};

TEST(Connections, CountPlacesFromEnterToRelease) {
    const auto set = std::make_shared<Connections>();
    auto first = set->enter();
    EXPECT_EQ(set->size(), 1U);
    {
        const auto second = set->enter();
        EXPECT_EQ(set->size(), 2U);
    }
    EXPECT_EQ(set->size(), 1U);
    auto moved = std::move(first);
    EXPECT_EQ(set->size(), 1U);
    moved.release();
    moved.release();
    EXPECT_EQ(set->size(), 0U);
}

TEST(Connections, KnowWhoTookAPlaceAndWhoTookItOver) {
    const auto set = std::make_shared<Connections>();
    const auto ticket = set->enter();
    EXPECT_TRUE(set->all().empty());
    const auto first = std::make_shared<Counted>();
    const auto second = std::make_shared<Counted>();
    ticket.assign(first);
    ticket.assign(second);
    ASSERT_EQ(set->all().size(), 1U);
    set->all()[0]->stop();
    EXPECT_EQ(first->stops, 0);
    EXPECT_EQ(second->stops, 1);
}

TEST(Connections, SayOnceWhenTheyAreEmpty) {
    const auto set = std::make_shared<Connections>();
    int calls = 0;
    auto ticket = set->enter();
    set->when_empty([&] { ++calls; });
    EXPECT_EQ(calls, 0);
    ticket.release();
    EXPECT_EQ(calls, 1);
    set->enter().release();
    EXPECT_EQ(calls, 1);
    set->when_empty([&] { ++calls; });
    EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace cedar::host::http
