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

TEST(Connections, TellWhoseLoginHasEnded) {
    const auto set = std::make_shared<Connections>();
    const auto open = set->enter();
    auto first = set->enter(), second = set->enter();
    first.let_in_by({.proof = Access::Proof::bearer, .token = 1});
    second.let_in_by({.proof = Access::Proof::bearer, .token = 2});
    const auto connection = std::make_shared<Counted>();
    const auto other = std::make_shared<Counted>();
    const auto moved = std::move(first);
    moved.assign(connection);
    second.assign(other);
    open.assign(other);
    const auto old = set->whose_login([](const Access::Login& login) { return login.token == 1; });
    ASSERT_EQ(old.size(), 1U);
    EXPECT_EQ(old[0], connection);
    EXPECT_EQ(moved.login().token, 1U);
    EXPECT_EQ(set->whose_login([](const Access::Login&) { return true; }).size(), 2U);
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
