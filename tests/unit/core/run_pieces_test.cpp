// A run with so many components that it is told in pieces what becomes of them.
#include "tests/unit/core/run_fixture.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace cedar::host {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMany = 50;  // more than a piece, fewer than a selector leaves out

class RunPieces : public ::testing::Test {
protected:
    static std::vector<ComponentPtr> many() {
        std::vector<ComponentPtr> all{aggregator()};
        for (std::size_t i = 0; i < kMany; ++i)
            all.push_back(make_test_component("a.c" + std::to_string(100 + i), [](Manifest& m) {
                m.select.always = true;
                m.timeout = 100ms;
            }));
        return all;
    }
    void dispatch(ChatRequest request) {
        d_ = std::make_unique<RunDriver>(many(), std::move(request), usual_limits());
        d_->submit();
        d_->prepare({});
        ASSERT_EQ(d_->started().size(), kMany);
    }
    [[nodiscard]] std::size_t count(std::string_view kind) const {
        const auto lines = d_->sequence();
        return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), kind));
    }
    [[nodiscard]] std::size_t results() const { return count("action component_result"); }
    [[nodiscard]] std::size_t begun() const { return count("action component"); }
    void tell_all_begun() {
        while (begun() < kMany) ASSERT_TRUE(d_->pass_to_deadline());
    }
    // Of each component: it has begun, once, before anything else is told of it.
    void expect_begun_first() const {
        std::set<std::string> known;
        for (const auto& event : d_->events()) {
            const auto document = parse_json(event->json);
            const auto function = string_member(*document, "function");
            const auto* const call = find_member(*document, "call");
            if (call == nullptr) continue;
            const std::string id(string_member(*call, "component"));
            if (function == "component") {
                EXPECT_TRUE(known.insert(id).second) << id;
            } else if (function == "component_result") {
                EXPECT_TRUE(known.contains(id)) << id;
            }
        }
        EXPECT_EQ(known.size(), kMany);
    }
    std::unique_ptr<RunDriver> d_;
};

TEST_F(RunPieces, TellsThatManyHaveBegunOnceAllHaveStartedAndInPieces) {
    dispatch(asking());
    EXPECT_EQ(begun(), 0U);
    d_->pass(0ms);
    const auto first = begun();
    EXPECT_GT(first, 0U);
    EXPECT_LT(first, kMany);
    ASSERT_TRUE(d_->run().next_deadline());
    EXPECT_LE(*d_->run().next_deadline(), d_->now().steady);
    tell_all_begun();
    EXPECT_GT(*d_->run().next_deadline(), d_->now().steady);
    expect_begun_first();
}

TEST_F(RunPieces, TellsThatOneHasBegunBeforeItsOutcomeWhoeverIsFirst) {
    dispatch(asking());
    d_->answer(40, "{}");
    EXPECT_EQ(results(), 1U);
    d_->emit(45, EmitKind::progress, R"({"text":"half"})");
    tell_all_begun();
    for (std::size_t i = 0; i < kMany; ++i) d_->answer(i, "{}");
    EXPECT_EQ(results(), kMany);
    expect_begun_first();
}

TEST_F(RunPieces, TellsThatAllHaveBegunBeforeItEnds) {
    dispatch(asking());
    d_->cancel();
    EXPECT_TRUE(d_->ended());
    expect_begun_first();
}

TEST_F(RunPieces, AsksTheAggregatorAStepAfterTheLastOutcome) {
    dispatch(asking());
    tell_all_begun();
    for (std::size_t i = 0; i < kMany; ++i) d_->answer(i, "{}");
    EXPECT_FALSE(d_->started().contains(kMany));
    EXPECT_LE(*d_->run().next_deadline(), d_->now().steady);
    d_->pass(0ms);
    EXPECT_TRUE(d_->started().contains(kMany));
    EXPECT_GT(*d_->run().next_deadline(), d_->now().steady);
}

TEST_F(RunPieces, ACancelBeforeTheAggregatorIsAskedEndsIt) {
    dispatch(asking());
    tell_all_begun();
    for (std::size_t i = 0; i < kMany; ++i) d_->answer(i, "{}");
    d_->cancel();
    EXPECT_TRUE(d_->ended());
    EXPECT_FALSE(d_->started().contains(kMany));
}

TEST_F(RunPieces, TellsOfLateOnesInPiecesAndAsksForTheRestAtOnce) {
    dispatch(asking());
    tell_all_begun();
    d_->pass(100ms);
    const auto first = results();
    EXPECT_GT(first, 0U);
    EXPECT_LT(first, kMany);
    ASSERT_TRUE(d_->run().next_deadline());
    EXPECT_LE(*d_->run().next_deadline(), d_->now().steady);
    while (results() < kMany) d_->pass(0ms);
    EXPECT_EQ(d_->cancelled().size(), kMany);
    EXPECT_FALSE(d_->started().contains(kMany));
    d_->pass(0ms);
    EXPECT_TRUE(d_->started().contains(kMany));  // the aggregator
}

TEST_F(RunPieces, AnOutcomeThatComesBetweenThePiecesIsLate) {
    dispatch(asking());
    d_->pass(100ms);
    const auto before = results();
    d_->answer(kMany - 1, "{}");
    while (results() < kMany) d_->pass(0ms);
    EXPECT_GE(results(), before);
    EXPECT_EQ(results(), kMany);
    EXPECT_EQ(std::count_if(d_->stages().begin(), d_->stages().end(),
                            [](const auto& stage) { return stage.status == "late"; }),
              1);
}

TEST_F(RunPieces, ACancelBetweenThePiecesEndsItAtOnce) {
    dispatch(asking());
    d_->pass(100ms);
    d_->cancel();
    EXPECT_TRUE(d_->ended());
    EXPECT_EQ(d_->cancelled().size(), kMany);
    EXPECT_FALSE(d_->run().next_deadline());
}

TEST_F(RunPieces, AQuorumThatLeavesManyOutTellsOfAll) {
    auto request = asking();
    request.quorum = 1;
    dispatch(std::move(request));
    d_->answer(0, "{}");
    while (results() < kMany) ASSERT_TRUE(d_->pass_to_deadline());
    ASSERT_TRUE(d_->pass_to_deadline());
    expect_begun_first();
    EXPECT_EQ(d_->cancelled().size(), kMany - 1);
    EXPECT_TRUE(d_->started().contains(kMany));
}

}  // namespace
}  // namespace cedar::host
