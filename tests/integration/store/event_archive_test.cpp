#include "host/store/event_archive.hpp"

#include "host/store/database.hpp"
#include "host/store/layout.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/process.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <future>

namespace cedar::host::store {
namespace {

class EventArchiveTest : public testing::Test {
protected:
    void open() {
        archive_.reset();
        options_.data_dir = folder_ / "data";
        auto opened = SqliteEventArchive::open(options_, clock_, log_);
        ASSERT_TRUE(opened) << opened.error().message;
        archive_ = std::move(*opened);
        position_ = archive_->last_position();
    }
    void keep(const EventPtr& event, std::int64_t thread, bool foreign = false) {
        const PlacedEvent placed{++position_, thread, event, foreign};
        archive_->keep({&placed, 1});
    }
    template <class T, class Ask>
    T wait(Ask ask) {
        std::promise<T> answer;
        ask([&](T value) { answer.set_value(std::move(value)); });
        return answer.get_future().get();
    }
    EventLog::RunPage run(const std::string& name, std::uint64_t after = 0) {
        return wait<EventLog::RunPage>([&](auto done) { archive_->read_run(run_named(name), after, done); });
    }
    ThreadPage thread(std::int64_t id, std::uint64_t after = 0, std::uint64_t until = 1000000,
                      std::size_t bytes = 1 << 20) {
        return wait<ThreadPage>([&](auto done) { archive_->read_thread(id, after, until, bytes, done); });
    }
    static std::vector<std::uint64_t> positions(const ThreadPage& page) {
        std::vector<std::uint64_t> out;
        for (const auto& placed : page.events) out.push_back(placed.position);
        return out;
    }

    TempFolder folder_;
    FakeClock clock_;
    RecordingLog log_;
    EventArchiveOptions options_;
    std::unique_ptr<SqliteEventArchive> archive_;
    std::uint64_t position_ = 0;
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(EventArchiveTest, FindsWhatWasKeptAlsoAfterARestart) {
    open();
    keep(make_event("a", 1, 0), 0);
    keep(make_event("a", 1, 0), 7);  // given again once there is a thread
    keep(make_event("a", 2, 7), 7);
    keep(make_event("b", 1, 8), 8);
    keep(make_event("a", 3, 7, true), 7);
    const auto name = archive_->name();
    EXPECT_EQ(name.size(), 16U);
    for (int round = 0; round < 2; ++round) {
        const auto page = run("a");
        EXPECT_TRUE(page.known && page.ended);
        EXPECT_EQ(page.last_seq, 3U);
        EXPECT_EQ(seqs_of(page.events), (Numbers{1, 2, 3}));
        EXPECT_EQ(page.events[1]->json, make_event("a", 2, 7)->json);
        EXPECT_EQ(seqs_of(run("a", 2).events), (Numbers{3}));
        EXPECT_FALSE(run("b").ended);
        EXPECT_FALSE(run("c").known);
        EXPECT_EQ(positions(thread(7)), (Numbers{2, 3, 5}));
        EXPECT_EQ(positions(thread(7, 2)), (Numbers{3, 5}));
        EXPECT_EQ(positions(thread(7, 2, 4)), (Numbers{3}));
        EXPECT_TRUE(thread(0).events.empty());
        open();
        EXPECT_EQ(archive_->last_position(), 5U);
        EXPECT_EQ(archive_->name(), name);
    }
}

TEST_F(EventArchiveTest, TellsWhichRunsOfThisHostHaveNotEnded) {
    open();
    keep(make_event("a", 1, 7), 7);
    keep(make_event("b", 1, 7, true), 7);
    keep(make_event("f", 1, 7), 7, true);
    open();
    const auto runs = archive_->open_runs();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].run_id, run_named("a"));
    EXPECT_EQ(runs[0].thread_id, 7);
    EXPECT_EQ(runs[0].last_seq, 1U);
}

TEST_F(EventArchiveTest, KnowsRunsWhoseEventsLieBetweenEachOther) {
    open();
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        keep(make_event("a", seq, 7, seq == 3), 7);
        keep(make_event("b", seq, 8), 8);
    }
    open();
    EXPECT_TRUE(run("a").ended);
    EXPECT_EQ(seqs_of(run("a").events), (Numbers{1, 2, 3}));
    EXPECT_EQ(seqs_of(run("b").events), (Numbers{1, 2, 3}));
    const auto runs = archive_->open_runs();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].run_id, run_named("b"));
    EXPECT_EQ(runs[0].thread_id, 8);
    EXPECT_EQ(runs[0].last_seq, 3U);
}

TEST_F(EventArchiveTest, FindsWhatManyRunsOfOtherHostsSaidAtOnceAlsoAfterARestart) {
    constexpr std::int64_t threads = 20;
    open();
    for (std::uint64_t seq = 1; seq <= 30; ++seq) {
        for (std::int64_t id = 1; id <= threads; ++id)
            keep(make_event("f" + std::to_string(100 + id), seq, id), id, true);
        keep(make_event("a", seq, 5), 5);
    }
    for (int round = 0; round < 2; ++round) {
        for (std::int64_t id = 1; id <= threads; ++id) {
            const auto name = "f" + std::to_string(100 + id);
            EXPECT_EQ(run(name).events.size(), 30U) << name;
            EXPECT_EQ(run(name).last_seq, 30U) << name;
        }
        const auto page = thread(5);
        ASSERT_EQ(page.events.size(), 60U);
        for (std::size_t i = 0; i < 60; ++i) {
            const auto seq = 1 + i / 2;
            EXPECT_EQ(page.events[i].position, (seq - 1) * 21 + (i % 2 == 0 ? 5 : 21));
            EXPECT_EQ(page.events[i].event->seq, seq);
            EXPECT_EQ(page.events[i].foreign, i % 2 == 0);
        }
        EXPECT_EQ(positions(thread(6, 6, 49)), (Numbers{27, 48}));
        const auto found = wait<std::optional<std::uint64_t>>(
            [&](auto done) { archive_->find_event(6, run_named("f106"), 3, done); });
        EXPECT_EQ(found, 48U);
        EXPECT_EQ(archive_->open_runs().size(), static_cast<std::size_t>(round));
        open();
        EXPECT_EQ(archive_->last_position(), 630U);
    }
}

TEST_F(EventArchiveTest, ReadsAThreadInPages) {
    open();
    for (std::uint64_t seq = 1; seq <= 3000; ++seq) keep(make_event("a", seq, 7), 7);
    Numbers all;
    std::uint64_t after = 0;
    int pages = 0;
    for (auto page = thread(7, after, 3000, 1000); !page.events.empty(); page = thread(7, after, 3000, 1000)) {
        for (const auto position : positions(page)) all.push_back(position);
        after = page.next;
        ++pages;
    }
    EXPECT_EQ(all.size(), 3000U);
    EXPECT_GT(pages, 2);
    const auto found =
        wait<std::optional<std::uint64_t>>([&](auto done) { archive_->find_event(7, run_named("a"), 1234, done); });
    EXPECT_EQ(found, 1234U);
}

TEST_F(EventArchiveTest, ReadsWhatThisHostMadeOfAllThreads) {
    open();
    keep(make_event("a", 1, 7), 7);
    keep(make_event("f", 1, 7), 7, true);
    keep(make_event("b", 1, 0), 0);
    keep(make_event("c", 1, 8), 8);
    const auto own = wait<ThreadPage>([&](auto done) { archive_->read_own(0, 100, 1 << 20, done); });
    EXPECT_EQ(positions(own), (Numbers{1, 4}));
    EXPECT_EQ(own.next, 100U);
}

TEST_F(EventArchiveTest, RemovesWhatIsTooOldAndSaysSo) {
    options_.keep = std::chrono::hours(1);
    open();
    keep(make_event("a", 1, 7, true), 7);
    ASSERT_EQ(run("a").events.size(), 1U);
    clock_.advance(std::chrono::hours(2));
    open();
    keep(make_event("b", 1, 7), 7);
    // Trimmed with the next turn of its thread.
    ASSERT_TRUE(eventually([&] { return !run("a").known; }));
    EXPECT_TRUE(thread(7).gap);
    EXPECT_FALSE(thread(7, 1).gap);
    EXPECT_EQ(positions(thread(7)), (Numbers{2}));
}

TEST_F(EventArchiveTest, RemovesTheOldestBeyondItsSize) {
    options_.keep_bytes = 20000;
    open();
    for (std::uint64_t seq = 1; seq <= 100; ++seq) {
        keep(make_event("a" + std::to_string(1000 + seq), 1, 7, true, std::string(500, 'x')), 7);
        static_cast<void>(run("a1"));  // a row each
    }
    open();
    ASSERT_TRUE(eventually([&] {
        keep(make_event("b", 1, 7), 7);
        return !run("a1001").known;
    }));
    EXPECT_TRUE(run("a1100").known);
}

TEST_F(EventArchiveTest, GivesTheSecondHostOnAFolderAPlaceOfItsOwn) {
    open();
    keep(make_event("a", 1, 7), 7);
    auto second = SqliteEventArchive::open(options_, clock_, log_);
    ASSERT_TRUE(second);
    EXPECT_TRUE((*second)->open_runs().empty());
    EXPECT_NE((*second)->name(), archive_->name());
}

TEST_F(EventArchiveTest, HoldsEventsWhileTheDatabaseRefusesThem) {
    options_.busy_timeout = std::chrono::milliseconds(1);
    options_.journal_bytes = 65536;
    open();
    keep(make_event("a", 1, 7), 7);
    ASSERT_TRUE(run("a").known);
    {
        auto other = Database::open(Layout(options_.data_dir).events() / "host0.db", std::chrono::milliseconds(1));
        const Transaction lock(other);
        keep(make_event("a", 2, 7), 7);
        ASSERT_TRUE(eventually([&] { return archive_->usage().failing; }));
        for (std::uint64_t seq = 3; archive_->usage().dropped < 10; ++seq) keep(make_event("a", seq, 7), 7);
        keep(make_event("b", 1, 7, true), 7);  // the last event of a run is kept whatever happens
        EXPECT_LT(archive_->usage().waiting, 1000U);
    }
    ASSERT_TRUE(eventually([&] { return !archive_->usage().failing; }));
    EXPECT_TRUE(run("b").ended);
    EXPECT_GT(run("a").last_seq, 100U);
    EXPECT_EQ(log_.count("events", "cannot be stored"), 1U);
    EXPECT_EQ(log_.count("events", "stored again"), 1U);
    EXPECT_EQ(log_.count("events", "journal_bytes"), 1U);
}

// A process that keeps events and is killed: what it said was kept is there, in order, without a hole.
TEST_F(EventArchiveTest, LosesNothingToAKill) {
    std::uint64_t most = 0;
    for (unsigned round = 0; round < 20; ++round) {
        const auto data = (folder_ / ("kill" + std::to_string(round))).string();
        Process victim({CEDAR_STORE_VICTIM, "events", data, "-"});
        ASSERT_TRUE(eventually([&] { return victim.out().size() > 100 * (round + 1); })) << victim.err();
        victim.kill(SIGKILL);
        victim.wait();
        const auto out = victim.out();
        const auto said = static_cast<std::uint64_t>(std::count(out.begin(), out.end(), '\n'));
        most = std::max(most, said);
        options_.data_dir = data;
        auto opened = SqliteEventArchive::open(options_, clock_, log_);
        ASSERT_TRUE(opened) << opened.error().message;
        archive_ = std::move(*opened);
        std::uint64_t next = 1;
        for (auto page = run("a"); !page.events.empty(); page = run("a", next - 1)) {
            for (const auto& event : page.events) ASSERT_EQ(event->seq, next++);
        }
        EXPECT_GE(next - 1, said);
        ASSERT_EQ(archive_->open_runs().size(), 1U);
        EXPECT_EQ(archive_->open_runs()[0].last_seq, next - 1);
        archive_.reset();
    }
    EXPECT_GT(most, 100U);
}

}  // namespace
}  // namespace cedar::host::store
