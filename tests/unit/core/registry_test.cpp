#include "host/core/registry.hpp"

#include "tests/support/make_component.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

ComponentPtr component(std::string id, std::uint32_t major, Role role = Role::component) {
    return make_test_component(std::move(id), [&](Manifest& m) {
        m.version.major = major;
        m.role = role;
    });
}

TEST(Registry, KeepsTheNewerOfTwoVersions) {
    const Registry registry({component("a.x", 1), component("a.x", 3), component("a.x", 2)});
    ASSERT_EQ(registry.all().size(), 1U);
    EXPECT_EQ(registry.find("a.x")->manifest.version.major, 3U);
}

TEST(Registry, ListsById) {
    const Registry registry({component("b.x", 1), component("a.x", 1), component("c.x", 1, Role::aggregator)});
    ASSERT_EQ(registry.all().size(), 3U);
    EXPECT_EQ(registry.all()[0]->manifest.id, "a.x");
    EXPECT_EQ(registry.of_role(Role::component).size(), 2U);
    ASSERT_EQ(registry.of_role(Role::aggregator).size(), 1U);
    EXPECT_TRUE(registry.of_role(Role::tool).empty());
    EXPECT_EQ(registry.find("b"), nullptr);
    EXPECT_EQ(registry.find("z.z"), nullptr);
}

TEST(Registry, MayBeEmpty) {
    const Registry registry({});
    EXPECT_TRUE(registry.all().empty());
    EXPECT_EQ(registry.find("a.x"), nullptr);
}

TEST(RegistryDeathTest, TakesTwoOfOneVersionForAMistake) {
    EXPECT_DEATH(Registry({component("a.x", 1), component("a.x", 1)}), "check failed");
}

}  // namespace
}  // namespace cedar::host
