// A run with so many components that the host ends them in pieces.
#include "tests/unit/core/run_fixture.hpp"

#include <algorithm>
#include <memory>

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
    [[nodiscard]] std::size_t results() const {
        const auto lines = d_->sequence();
        return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), "action component_result"));
    }
    std::unique_ptr<RunDriver> d_;
};

TEST_F(RunPieces, TellsOfLateOnesInPiecesAndAsksForTheRestAtOnce) {
    dispatch(asking());
    d_->pass(100ms);
    const auto first = results();
    EXPECT_GT(first, 0U);
    EXPECT_LT(first, kMany);
    ASSERT_TRUE(d_->run().next_deadline());
    EXPECT_LE(*d_->run().next_deadline(), d_->now().steady);
    while (results() < kMany) d_->pass(0ms);
    EXPECT_EQ(d_->cancelled().size(), kMany);
    EXPECT_TRUE(d_->started().contains(kMany));  // the aggregator, and not before the last was told of
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
    EXPECT_EQ(d_->cancelled().size(), kMany - 1);
    EXPECT_TRUE(d_->started().contains(kMany));
}

}  // namespace
}  // namespace cedar::host
