#include "host/store/event_journal.hpp"

#include "host/core/error.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <deque>
#include <random>

namespace cedar::host::store {
namespace {

class EventJournalTest : public testing::Test {
protected:
    std::unique_ptr<EventJournal> open(std::size_t bytes = 4096) {
        return EventJournal::open(folder_ / "journal", bytes);
    }
    TempFolder folder_;
};

TEST_F(EventJournalTest, HoldsWhatWasNotReleased) {
    {
        auto journal = open();
        EXPECT_TRUE(journal->left_over().empty());
        EXPECT_TRUE(journal->append("one"));
        const auto behind_one = journal->end();
        EXPECT_TRUE(journal->append(""));
        EXPECT_TRUE(journal->append("three"));
        journal->release(behind_one);
    }
    EXPECT_EQ(open()->left_over(), (std::vector<std::string>{"", "three"}));
}

TEST_F(EventJournalTest, IsHeldByOneAtATime) {
    const auto journal = open();
    EXPECT_EQ(open(), nullptr);
}

// A host that was killed while it started a child: the child has the lock until it runs its own program.
TEST_F(EventJournalTest, IsTakenOnceWhatAGoneProcessLeftToAChildEnds) {
    int gate[2];
    ASSERT_EQ(::pipe(gate), 0);
    const pid_t host = ::fork();
    ASSERT_GE(host, 0);
    if (host == 0) {
        const auto journal = open();
        const bool said = !journal->left_over().empty() || !journal->append("seen");
        if (::fork() != 0) ::_exit(said ? 1 : 0);
        char none = 0;
        ::close(gate[1]);
        ::_exit(::read(gate[0], &none, 1) == 0 ? 0 : 1);
    }
    ::close(gate[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(host, &status, 0), host);
    ASSERT_EQ(status, 0);
    int looks = 0;
    const auto journal = EventJournal::open(folder_ / "journal", 4096, [&] {
        if (looks++ == 0) ::close(gate[1]);
        ::sched_yield();
    });
    EXPECT_GE(looks, 1);
    ASSERT_NE(journal, nullptr);
    EXPECT_EQ(journal->left_over(), std::vector<std::string>{"seen"});
}

TEST_F(EventJournalTest, SaysWhenItIsFullAndTakesMoreOnceReleased) {
    auto journal = open();
    static_cast<void>(journal->left_over());
    EXPECT_FALSE(journal->append(std::string(5000, 'x')));
    std::size_t entries = 0;
    while (journal->append(std::string(100, 'x'))) ++entries;
    EXPECT_GT(entries, 30U);
    journal->release(journal->end());
    EXPECT_TRUE(journal->append(std::string(4000, 'y')));
    journal.reset();
    EXPECT_EQ(open()->left_over(), std::vector<std::string>{std::string(4000, 'y')});
}

TEST_F(EventJournalTest, CannotBeMadeWhereThereIsNoFolder) {
    EXPECT_THROW(static_cast<void>(EventJournal::open(folder_ / "absent" / "journal", 4096)), ErrorException);
}

// Many laps, with entries of all sizes; closed and opened in between, it always holds exactly what is not released.
TEST_F(EventJournalTest, HoldsThemOverManyLaps) {
    std::mt19937 random(7);
    std::deque<std::pair<std::string, std::uint64_t>> kept;  // with the end behind them
    auto journal = open();
    static_cast<void>(journal->left_over());
    for (int step = 0; step < 5000; ++step) {
        const std::string entry(random() % 700, static_cast<char>('a' + step % 26));
        if (journal->append(entry)) kept.emplace_back(entry, journal->end());
        for (auto release = random() % 3; release > 0 && !kept.empty(); --release) {
            journal->release(kept.front().second);
            kept.pop_front();
        }
        if (step % 100 != 0) continue;
        journal.reset();
        journal = open();
        const auto left = journal->left_over();
        ASSERT_EQ(left.size(), kept.size());
        for (std::size_t i = 0; i < left.size(); ++i) ASSERT_EQ(left[i], kept[i].first);
    }
}

}  // namespace
}  // namespace cedar::host::store
