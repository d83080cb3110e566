#include "host/http/parting.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cedar::host::http {
namespace {

using namespace std::chrono_literals;

class Told final : public Connection {
public:
    void stop() override { ++stops; }
    void cut() override {}
    int stops = 0;
};

class PartingTest : public testing::Test {
protected:
    Parting part(std::size_t count, std::chrono::milliseconds at_most) {
        crowd_.clear();
        for (std::size_t i = 0; i < count; ++i) crowd_.push_back(std::make_shared<Told>());
        return {{crowd_.begin(), crowd_.end()}, at_most};
    }
    std::ptrdiff_t told() const {
        return std::ranges::count_if(crowd_, [](const auto& one) { return one->stops > 0; });
    }
    // How many were told in each step until none was left.
    std::vector<std::ptrdiff_t> steps(Parting parting) {
        std::vector<std::ptrdiff_t> out;
        for (bool more = true; more;) {
            const auto before = told();
            more = parting.tell_some();
            out.push_back(told() - before);
        }
        return out;
    }
    std::vector<std::shared_ptr<Told>> crowd_;
};

TEST_F(PartingTest, SpreadsThemAThousandASecond) {
    const auto each_step = steps(part(1000, 5s));
    EXPECT_EQ(told(), 1000);
    EXPECT_LE(*std::ranges::max_element(each_step), Parting::step / Parting::each);
    EXPECT_GE(each_step.size(), 100U);
    EXPECT_LE(each_step.size() * Parting::step, 1100ms);
}

TEST_F(PartingTest, TakesNoLongerThanItMay) {
    const auto each_step = steps(part(100000, 2s));
    EXPECT_EQ(told(), 100000);
    EXPECT_LE(each_step.size() * Parting::step, 2010ms);
    EXPECT_GE(each_step.size() * Parting::step, 1900ms) << "and uses what it has";
}

TEST_F(PartingTest, IsOverAtOnceWithFew) {
    EXPECT_EQ(steps(part(1, 5s)), (std::vector<std::ptrdiff_t>{1}));
    EXPECT_EQ(steps(part(0, 5s)), (std::vector<std::ptrdiff_t>{0}));
    EXPECT_EQ(steps(part(3, 0s)), (std::vector<std::ptrdiff_t>{3}));
}

TEST_F(PartingTest, TellsEachOnceAndPassesOverThoseThatAreGone) {
    auto parting = part(50, 5s);
    parting.tell_some();
    crowd_.resize(25);
    while (parting.tell_some()) {}
    EXPECT_TRUE(std::ranges::all_of(crowd_, [](const auto& one) { return one->stops == 1; }));
}

}  // namespace
}  // namespace cedar::host::http
