#include "host/store/event_batch.hpp"

#include "tests/support/make_event.hpp"

#include <gtest/gtest.h>

namespace cedar::host::store {
namespace {

// Events at positions that rise by one, unless said otherwise.
class EventBatchTest : public testing::Test {
protected:
    void said(const std::string& run, std::uint64_t seq, std::int64_t thread, bool foreign,
              std::uint64_t step = 1) {
        position_ += step;
        events_.push_back({position_, thread, make_event(run, seq, thread), foreign});
    }
    // Of each row: its run and the positions of its events.
    [[nodiscard]] std::vector<std::string> rows(std::uint64_t after = 0) const {
        std::vector<std::string> out;
        for (const auto& batch : batches_of(events_, after)) {
            auto text = batch.first->event->run_id.substr(0, 1) + ":";
            EventSteps place(batch.first->position, batch.steps);
            for (auto seq = batch.first->event->seq; seq <= batch.last->event->seq; ++seq, place.go_on())
                text += " " + std::to_string(place.position());
            out.push_back(text);
        }
        return out;
    }

    std::uint64_t position_ = 0;
    std::vector<PlacedEvent> events_;
};
using Rows = std::vector<std::string>;

TEST_F(EventBatchTest, PutsOwnEventsTogetherThatFollowEachOther) {
    said("a", 1, 7, false);
    said("a", 2, 7, false);
    said("b", 1, 8, false);
    said("a", 3, 7, false);
    said("a", 5, 7, false);
    EXPECT_EQ(rows(), (Rows{"a: 1 2", "b: 3", "a: 4", "a: 5"}));
    EXPECT_TRUE(batches_of(events_, 0)[0].steps.empty());
    EXPECT_EQ(batches_of(events_, 0)[0].lines, events_[0].event->json + "\n" + events_[1].event->json);
}

TEST_F(EventBatchTest, PutsTogetherWhatEachOfManyOtherRunsSaid) {
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        said("c", seq, 7, true);
        said("d", seq, 8, true, seq);
        said("e", seq, 9, true);
    }
    EXPECT_EQ(rows(), (Rows{"c: 1 4 8", "d: 2 6 11", "e: 3 7 12"}));
    EXPECT_EQ(rows(4), (Rows{"d: 6 11", "e: 7 12", "c: 8"}));
}

TEST_F(EventBatchTest, FindsPositionsThatOnlyLaterLieApart) {
    said("c", 1, 7, true);
    said("c", 2, 7, true);
    said("c", 3, 7, true);
    said("c", 4, 7, true, 1000000);
    said("c", 5, 7, true);
    EXPECT_EQ(rows(), (Rows{"c: 1 2 3 1000003 1000004"}));
}

// Rows of one thread that overlapped could not be read in order.
TEST_F(EventBatchTest, LetsNoRowsOfOneThreadOverlap) {
    said("c", 1, 7, true);
    said("d", 1, 7, true);
    said("c", 2, 7, true);
    said("c", 3, 7, true);
    said("a", 1, 7, false);
    said("c", 4, 7, true);
    said("e", 1, 8, true);
    said("c", 5, 7, true);
    said("c", 7, 7, true);
    EXPECT_EQ(rows(), (Rows{"c: 1", "d: 2", "c: 3 4", "a: 5", "c: 6 8", "e: 7", "c: 9"}));
}

TEST_F(EventBatchTest, BeginsANewRowWhenOneIsLarge) {
    for (std::uint64_t seq = 1; seq <= 1000; ++seq) said("c", seq, 7, true);
    EXPECT_GT(rows().size(), 2U);
    EXPECT_LT(rows().size(), 10U);
}

TEST(EventSteps, DoWithWhatIsNoStep) {
    EventSteps place(5, "2 x");
    place.go_on();
    EXPECT_EQ(place.position(), 7U);
    for (int i = 0; i < 5; ++i) place.go_on();
    EXPECT_EQ(place.position(), 12U);
}

}  // namespace
}  // namespace cedar::host::store
