#include "plugins/aggregator.llm/budget.hpp"

#include <cedar/convert.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aggregator {
namespace {

using cedar::Json;
using testing::ElementsAre;

TEST(Shares, LeaveToTheLargeWhatTheSmallDoNotNeed) {
    EXPECT_THAT(shares({10, 1000, 20}, 100), ElementsAre(10, 70, 20));
    EXPECT_THAT(shares({1000, 1000}, 100), ElementsAre(50, 50));
    EXPECT_THAT(shares({5, 6}, 100), ElementsAre(5, 6));
    EXPECT_THAT(shares({5, 6}, 0), ElementsAre(0, 0));
    EXPECT_TRUE(shares({}, 100).empty());
}

TEST(Cut, KeepsWholeCharactersAndSaysThatItCut) {
    EXPECT_EQ(cut("short", 5), "short");
    EXPECT_EQ(cut("0123456789abcdef", 15), "01234 … [cut]");
    EXPECT_EQ(cut("0123\u00E4\u00E4\u00E4\u00E4\u00E4\u00E4", 15), "0123 … [cut]");
    EXPECT_EQ(cut("something long", 3), " … [cut]");
}

TEST(Reduced, LeavesWhatFitsAsItIs) {
    EXPECT_EQ(reduced(Json(R"({"b":1,"a":2})"), 13), R"({"b":1,"a":2})");
}

TEST(Reduced, DropsTheWeakestPassagesWholeAndCountsThem) {
    const std::string passage = R"({"text":")" + std::string(100, 'x') + "\"}";
    const Json content(R"({"note":"n","results":[)" + passage + "," + passage + "," + passage + "]}");
    EXPECT_EQ(reduced(content, 280), R"({"note":"n","omitted":1,"results":[)" + passage + "," + passage + "]}");
    EXPECT_LE(reduced(content, 280).size(), 280U);
}

TEST(Reduced, CutsWhatHasNoPassagesAsText) {
    const Json list("[" + std::string(200, '1') + "]");
    const auto text = Json(reduced(list, 50)).as<std::string>();
    EXPECT_THAT(text, testing::StartsWith("[1111"));
    EXPECT_THAT(text, testing::EndsWith("[cut]"));
    const Json one(R"({"results":[")" + std::string(500, 'x') + "\"]}");
    EXPECT_THAT(Json(reduced(one, 60)).as<std::string>(), testing::StartsWith(R"({"results":["xxx)"));
}

TEST(Reduced, IsJsonWhateverTheLimit) {
    const Json content(R"({"results":[{"text":"\u00e4\"\\ä"},{"text":"b"}],"more":{"a":[1,2,3]}})");
    for (std::size_t limit = 0; limit < content.text().size() + 2; ++limit)
        EXPECT_NO_THROW((void)Json(reduced(content, limit)).as<Json>()) << limit;
}

}  // namespace
}  // namespace aggregator
