#include "host/http/sse_past.hpp"

#include "tests/support/make_event.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace cedar::host::http {
namespace {

// A log of one thread whose answers a test gives by hand.
class HeldLog final : public ThreadLog {
public:
    void read_thread(std::int64_t, std::uint64_t after, std::size_t,
                     std::function<void(ThreadPage)> done) const override {
        asked.emplace_back(after, std::move(done));
    }
    void find_event(std::int64_t, std::string, std::uint64_t,
                    std::function<void(std::optional<std::uint64_t>)>) const override {}
    std::unique_ptr<Subscription> subscribe_thread(std::int64_t, std::function<void()>) override { return nullptr; }
    ThreadPage read_recent(std::uint64_t, std::size_t) const override { return {}; }
    void read_own(std::uint64_t, std::size_t, std::function<void(ThreadPage)>) const override {}
    std::unique_ptr<Subscription> subscribe_all(std::function<void()>) override { return nullptr; }
    std::uint64_t last_position() const override { return 0; }

    // Answers the oldest question with events at these positions.
    void answer(const std::vector<std::uint64_t>& positions, bool gap = false) const {
        ThreadPage page;
        page.gap = gap;
        for (const auto position : positions) page.events.push_back({position, 7, make_event("a", position, 7)});
        const auto done = std::move(asked.front().second);
        asked.erase(asked.begin());
        done(page);
    }

    mutable std::vector<std::pair<std::uint64_t, std::function<void(ThreadPage)>>> asked;
};

// The numbers of the events in a text.
std::vector<std::uint64_t> seqs(std::string_view text) {
    std::vector<std::uint64_t> out;
    for (auto at = text.find("id: "); at != std::string_view::npos; at = text.find("\nid: ", at + 1))
        out.push_back(std::stoull(std::string(text.substr(text.find('-', at) + 1, 8))));
    return out;
}

class SsePastTest : public testing::Test {
protected:
    // Asks for what comes after `position`; the answer is in `pages` when it is there.
    void read(std::uint64_t position, std::uint64_t floor = 1000) {
        past_->read(position, floor, [this](const SsePast::PagePtr& page) { pages.push_back(page); });
    }
    HeldLog log;
    std::vector<SsePast::PagePtr> pages;
    std::shared_ptr<SsePast> past_ = std::make_shared<SsePast>(log, 7, 4096, 4096);
};

TEST_F(SsePastTest, AsksOnceForAllWhoWantTheSame) {
    for (int i = 0; i < 1000; ++i) read(0);
    ASSERT_EQ(log.asked.size(), 1U);
    EXPECT_EQ(log.asked[0].first, 0U);
    log.answer({1, 2, 3});
    ASSERT_EQ(pages.size(), 1000U);
    EXPECT_EQ(pages.front(), pages.back());
    EXPECT_EQ(seqs(pages[0]->text_after(0)), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(pages[0]->last(), 3U);
}

TEST_F(SsePastTest, ShowsWhoeverComesLaterWhatIsKept) {
    read(0);
    log.answer({2, 4, 6});
    read(0);
    read(3);
    read(5);
    EXPECT_TRUE(log.asked.empty());
    ASSERT_EQ(pages.size(), 4U);
    EXPECT_EQ(seqs(pages[2]->text_after(3)), (std::vector<std::uint64_t>{4, 6}));
    EXPECT_EQ(seqs(pages[3]->text_after(5)), (std::vector<std::uint64_t>{6}));
    read(6);  // nothing of it is in that page
    ASSERT_EQ(log.asked.size(), 1U);
    EXPECT_EQ(log.asked[0].first, 6U);
}

TEST_F(SsePastTest, DoesNotShowAReaderFurtherBackAPageThatBeginsLater) {
    read(4);
    log.answer({5, 6});
    read(2);
    ASSERT_EQ(log.asked.size(), 1U);
    EXPECT_EQ(log.asked[0].first, 2U);
}

TEST_F(SsePastTest, AnEmptyPageLeadsToTheFloorThatWasAskedBeforeIt) {
    read(10, 20);
    read(10, 30);  // waits for the same answer, which says nothing of what was kept between
    log.answer({});
    ASSERT_EQ(pages.size(), 2U);
    EXPECT_TRUE(pages[1]->empty());
    EXPECT_EQ(pages[1]->last(), 20U);
    read(10, 30);
    EXPECT_EQ(log.asked.size(), 1U) << "it is true of its moment only";
}

TEST_F(SsePastTest, TellsOfAGapOnlyThoseWhoAreBeforeIt) {
    read(0);
    log.answer({5, 6}, true);
    EXPECT_TRUE(pages[0]->gap_after(0));
    EXPECT_TRUE(pages[0]->gap_after(4));
    EXPECT_FALSE(pages[0]->gap_after(5));
}

TEST_F(SsePastTest, KeepsNoMoreThanItsBytes) {
    for (std::uint64_t position = 1; position <= 100; ++position) {
        read(position - 1);
        log.answer({position});
    }
    read(0);
    EXPECT_EQ(log.asked.size(), 1U) << "the oldest is still kept";
    log.answer({1});
    read(99);
    EXPECT_TRUE(log.asked.empty()) << "the newest is not kept";
}

}  // namespace
}  // namespace cedar::host::http
