#include "host/loader/resolve.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

using Kind = Ruling::Kind;

Offer offer(std::string file, std::string sha256, std::vector<std::pair<std::string, std::string>> components) {
    Offer made;
    made.file = std::move(file);
    made.sha256 = std::move(sha256);
    for (auto& [id, version] : components) made.components.push_back({id, Version::parse(version).value()});
    return made;
}

TEST(Resolve, UsesWhatStandsAlone) {
    const std::vector offers{offer("a.so", "1", {{"x.a", "1.0.0"}}), offer("b.so", "2", {{"x.b", "1.0.0"}})};
    for (const Ruling& ruling : resolve(offers)) {
        EXPECT_EQ(ruling.kind, Kind::use);
        EXPECT_EQ(ruling.reason, "");
        EXPECT_EQ(ruling.in_use, std::vector{true});
    }
    EXPECT_TRUE(resolve({}).empty());
}

TEST(Resolve, PrefersTheHigherVersionWhereverItStands) {
    for (const bool higher_first : {true, false}) {
        std::vector offers{offer("old.so", "1", {{"x.a", "1.9.0"}}), offer("new.so", "2", {{"x.a", "1.10.0"}})};
        if (higher_first) std::swap(offers[0], offers[1]);
        const auto rulings = resolve(offers);
        EXPECT_EQ(rulings[higher_first ? 0 : 1].kind, Kind::use);
        const Ruling& loser = rulings[higher_first ? 1 : 0];
        EXPECT_EQ(loser.kind, Kind::shadowed);
        EXPECT_EQ(loser.reason, "x.a 1.9.0 is shadowed by x.a 1.10.0 of new.so");
        EXPECT_EQ(loser.in_use, std::vector{false});
    }
}

TEST(Resolve, PrefersAReleaseToItsPreRelease) {
    const std::vector offers{offer("a.so", "1", {{"x.a", "1.0.0-rc.1"}}), offer("b.so", "2", {{"x.a", "1.0.0"}})};
    EXPECT_EQ(resolve(offers)[0].kind, Kind::shadowed);
}

TEST(Resolve, LetsTheFirstOfTheSameContentCount) {
    const std::vector offers{offer("one/a.so", "1", {{"x.a", "1.0.0"}}),
                             offer("two/a.so", "1", {{"x.a", "1.0.0"}})};
    const auto rulings = resolve(offers);
    EXPECT_EQ(rulings[0].kind, Kind::use);
    EXPECT_EQ(rulings[1].kind, Kind::duplicate);
    EXPECT_EQ(rulings[1].same_as, 0U);
    EXPECT_EQ(rulings[1].reason, "shadowed by one/a.so, which has the same content");
}

TEST(Resolve, RefusesBothOfTheSameVersionWithDifferentContent) {
    const std::vector offers{offer("a.so", "1", {{"x.a", "1.0.0"}}), offer("b.so", "2", {{"x.a", "1.0.0+build"}})};
    const auto rulings = resolve(offers);
    EXPECT_EQ(rulings[0].kind, Kind::refused);
    EXPECT_EQ(rulings[0].reason, "a.so and b.so both have x.a 1.0.0 with different content: neither is used");
    EXPECT_EQ(rulings[1].kind, Kind::refused);
    EXPECT_EQ(rulings[1].reason, "b.so and a.so both have x.a 1.0.0 with different content: neither is used");
}

TEST(Resolve, LetsAHigherVersionStandBesideAConflict) {
    const std::vector offers{offer("a.so", "1", {{"x.a", "1.0.0"}}), offer("b.so", "2", {{"x.a", "1.0.0"}}),
                             offer("c.so", "3", {{"x.a", "0.5.0"}})};
    const auto rulings = resolve(offers);
    EXPECT_EQ(rulings[0].kind, Kind::refused);
    EXPECT_EQ(rulings[1].kind, Kind::refused);
    EXPECT_EQ(rulings[2].kind, Kind::use);
}

TEST(Resolve, ShadowsPartOfALibrary) {
    const std::vector offers{offer("two.so", "1", {{"x.a", "1.0.0"}, {"x.b", "1.0.0"}}),
                             offer("new.so", "2", {{"x.a", "2.0.0"}})};
    const auto rulings = resolve(offers);
    EXPECT_EQ(rulings[0].kind, Kind::use);
    EXPECT_EQ(rulings[0].in_use, (std::vector{false, true}));
    EXPECT_EQ(rulings[0].reason, "x.a 1.0.0 is shadowed by x.a 2.0.0 of new.so");
}

TEST(Resolve, LetsTheNextStepForwardWhenOneIsRefused) {
    std::vector offers{offer("old.so", "1", {{"x.a", "1.0.0"}}), offer("new.so", "2", {{"x.a", "2.0.0"}})};
    EXPECT_EQ(resolve(offers)[0].kind, Kind::shadowed);
    offers[1].refused = true;
    EXPECT_EQ(resolve(offers)[0].kind, Kind::use);
    EXPECT_EQ(resolve(offers)[0].in_use, std::vector{true});
}

}  // namespace
}  // namespace cedar::host::loader
