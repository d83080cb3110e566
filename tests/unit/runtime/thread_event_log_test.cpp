#include "host/runtime/thread_event_log.hpp"

#include "tests/support/counting_ids.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/memory_event_archive.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cedar::host::runtime {
namespace {

ThreadPage read(const ThreadEventLog& log, std::int64_t thread, std::uint64_t after, std::size_t bytes = 1 << 20) {
    ThreadPage out;
    log.read_thread(thread, after, bytes, [&](ThreadPage page) { out = std::move(page); });
    return out;
}

std::vector<std::string> texts(const ThreadPage& page) {
    std::vector<std::string> out;
    for (const auto& placed : page.events)
        out.push_back(placed.event->run_id.substr(0, 1) + std::to_string(placed.event->seq));
    return out;
}
using Texts = std::vector<std::string>;

// The whole thread, page by page.
Texts whole(const ThreadEventLog& log, std::int64_t thread) {
    Texts out;
    for (auto page = read(log, thread, 0); !page.events.empty(); page = read(log, thread, page.next)) {
        for (auto& text : texts(page)) out.push_back(std::move(text));
    }
    return out;
}

EventLog::RunPage fetch(const ThreadEventLog& log, const std::string& run, std::uint64_t after) {
    EventLog::RunPage out;
    log.fetch(run_named(run), after, [&](EventLog::RunPage page) { out = std::move(page); });
    return out;
}

ThreadEventLog::Limits small() {
    ThreadEventLog::Limits limits;
    limits.runs.events_per_run = 4;
    limits.threads.events = 5;
    return limits;
}

class ThreadEventLogTest : public testing::Test {
protected:
    MemoryEventArchive archive_;
    FakeClock clock_;
    CountingIds ids_;
};

TEST_F(ThreadEventLogTest, PutsWhatARunSaidBeforeItHadAThreadInFrontOfTheRest) {
    ThreadEventLog log({}, archive_);
    log.append(make_event("a", 1, 0));
    log.append(make_event("b", 1, 7));
    log.append(make_event("a", 2, 0));
    EXPECT_EQ(texts(read(log, 7, 0)), (Texts{"b1"}));
    log.append_all(std::vector{make_event("a", 3, 7), make_event("a", 4, 7)});
    EXPECT_EQ(texts(read(log, 7, 0)), (Texts{"b1", "a1", "a2", "a3", "a4"}));
    EXPECT_TRUE(read(log, 0, 0).events.empty());
    EXPECT_TRUE(read(log, 8, 0).events.empty());
}

TEST_F(ThreadEventLogTest, KeepsEachEventBeforeAnybodyIsWoken) {
    ThreadEventLog log({}, archive_);
    std::vector<std::size_t> kept;
    const auto run = log.subscribe(run_named("a"), [&] { kept.push_back(archive_.events().size()); });
    const auto thread = log.subscribe_thread(7, [&] { kept.push_back(archive_.events().size()); });
    log.append(make_event("a", 1, 7));
    EXPECT_EQ(kept, (std::vector<std::size_t>{1, 1}));
}

TEST_F(ThreadEventLogTest, WakesTheReadersOfTheThreadAndOfAllThreads) {
    ThreadEventLog log({}, archive_);
    int one = 0, all = 0;
    auto reader = log.subscribe_thread(7, [&] { ++one; });
    const auto everything = log.subscribe_all([&] { ++all; });
    log.append(make_event("a", 1, 0));
    EXPECT_EQ(one + all, 0);
    log.append(make_event("a", 2, 7));
    log.append(make_event("b", 1, 8));
    EXPECT_EQ(one, 1);
    EXPECT_EQ(all, 2);
    reader.reset();
    log.append(make_event("a", 3, 7));
    EXPECT_EQ(one, 1);
}

TEST_F(ThreadEventLogTest, ReadsFromTheArchiveWhatMemoryNoLongerHas) {
    ThreadEventLog log(small(), archive_);
    for (std::uint64_t seq = 1; seq <= 12; ++seq) log.append(make_event("a", seq, 7));
    EXPECT_TRUE(log.read_recent(0, 100).gap);
    EXPECT_EQ(log.read_recent(0, 100).events.size(), 5U);
    Texts seen;
    for (auto page = read(log, 7, 0, 300); !page.events.empty(); page = read(log, 7, page.next, 300)) {
        for (const auto& text : texts(page)) seen.push_back(text);
        EXPECT_FALSE(page.gap);
    }
    EXPECT_EQ(seen.size(), 12U);
    EXPECT_EQ(seen.back(), "a12");
    EXPECT_EQ(seqs_of(fetch(log, "a", 2).events).front(), 3U);
    EXPECT_EQ(seqs_of(fetch(log, "a", 9).events), (std::vector<std::uint64_t>{10, 11, 12}));
    EXPECT_TRUE(fetch(log, "a", 12).known);
    EXPECT_TRUE(fetch(log, "a", 12).events.empty());
    EXPECT_FALSE(fetch(log, "b", 0).known);
}

TEST_F(ThreadEventLogTest, FindsAnEventByItsRunAndNumber) {
    ThreadEventLog log(small(), archive_);
    for (std::uint64_t seq = 1; seq <= 12; ++seq) log.append(make_event("a", seq, 7));
    std::optional<std::uint64_t> at;
    const auto find = [&](std::int64_t thread, std::uint64_t seq) {
        at.reset();
        log.find_event(thread, run_named("a"), seq, [&](std::optional<std::uint64_t> found) { at = found; });
        return at;
    };
    for (const std::uint64_t seq : {1U, 6U, 12U}) {
        ASSERT_TRUE(find(7, seq));
        const auto rest = read(log, 7, *at);
        EXPECT_EQ(rest.events.empty() ? 13U : rest.events.front().event->seq, seq + 1);
    }
    EXPECT_FALSE(find(7, 13));
    EXPECT_FALSE(find(8, 1));
}

TEST_F(ThreadEventLogTest, EndsRunsThatWereCutOffOnceEach) {
    archive_.keep(std::vector{PlacedEvent{4, 7, make_event("a", 1, 7), false}});
    archive_.open = {{run_named("a"), 1, 7, 1}};
    ThreadEventLog log({}, archive_);
    EXPECT_EQ(log.end_cut_off_runs(clock_, ids_), 1U);
    const auto page = fetch(log, "a", 0);
    EXPECT_EQ(seqs_of(page.events), (std::vector<std::uint64_t>{1, 2}));
    EXPECT_TRUE(page.events.back()->terminal());
    EXPECT_EQ(whole(log, 7), (Texts{"a1", "a2"}));
}

TEST_F(ThreadEventLogTest, TakesOfAnotherHostsEventsWhatIsNew) {
    ThreadEventLog log({}, archive_);
    int taken = 0;
    log.take_foreign(7, {make_event("f", 1, 0), make_event("f", 2, 7), make_event("d", 1, 7)}, [&] { ++taken; });
    log.take_foreign(7, {make_event("f", 2, 7), make_event("f", 3, 7)}, [&] { ++taken; });
    EXPECT_EQ(taken, 2);
    EXPECT_EQ(texts(read(log, 7, 0)), (Texts{"f1", "f2", "d1", "f3"}));
    EXPECT_EQ(seqs_of(log.read(run_named("f"), 0)), (std::vector<std::uint64_t>{1, 2, 3}));
    log.append(make_event("a", 1, 7));
    ThreadPage own;
    log.read_own(0, 1 << 20, [&](ThreadPage page) { own = std::move(page); });
    EXPECT_EQ(texts(own), (Texts{"a1"}));
}

// Their ends are told of to their readers alone.
TEST_F(ThreadEventLogTest, KeepsInMemorySoManyRunsOfOthersThatNobodyReads) {
    ThreadEventLog log(small(), archive_);
    constexpr std::int64_t runs = 5000;
    log.take_foreign(1, {make_event("1", 1, 1)}, [] {});
    const auto reader = log.subscribe(run_named("1"), [] {});
    for (std::int64_t i = 2; i <= runs; ++i) log.take_foreign(i, {make_event(std::to_string(i), 1, i)}, [] {});
    EXPECT_LE(log.usage().runs, 4096U + 1);
    EXPECT_EQ(log.read(run_named("1"), 0).size(), 1U) << "the one that is read";
    EXPECT_TRUE(log.read(run_named("2"), 0).empty());
    EXPECT_EQ(fetch(log, "2", 0).events.size(), 1U) << "the archive has it";
    log.take_foreign(2, {make_event("2", 1, 2), make_event("2", 2, 2)}, [] {});
    EXPECT_EQ(seqs_of(fetch(log, "2", 0).events), (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(log.read(run_named("2"), 0).size(), 1U) << "nothing is taken twice";
}

using Unclear = std::unordered_set<std::int64_t>;

TEST_F(ThreadEventLogTest, TakesTheNextEventsOfRunsThatItKnows) {
    ThreadEventLog log({}, archive_);
    log.take_foreign(7, {make_event("f", 1, 7)}, [] {});
    log.take_foreign(8, {make_event("d", 1, 8)}, [] {});
    EXPECT_EQ(log.foreign_seq(run_named("f")), 1U);
    EXPECT_EQ(log.foreign_seq(run_named("c")), 0U);
    int one = 0, other = 0, all = 0;
    const auto reader = log.subscribe_thread(7, [&] { ++one; });
    const auto beside = log.subscribe_thread(8, [&] { ++other; });
    const auto everything = log.subscribe_all([&] { ++all; });
    const auto next = log.take_next(std::vector<ForeignEvent>{
        {7, make_event("f", 2, 7)}, {8, make_event("d", 2, 8)}, {7, make_event("f", 3, 7)}});
    EXPECT_EQ(next.taken, 3U);
    EXPECT_TRUE(next.unclear.empty());
    EXPECT_EQ(texts(read(log, 7, 0)), (Texts{"f1", "f2", "f3"}));
    EXPECT_EQ(texts(read(log, 8, 0)), (Texts{"d1", "d2"}));
    EXPECT_EQ(seqs_of(log.read(run_named("f"), 0)), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(archive_.events().size(), 5U);
    EXPECT_GE(one, 1);
    EXPECT_EQ(other, 1);
    EXPECT_EQ(all, 1);
}

TEST_F(ThreadEventLogTest, TakesNoEventBeforeWhichAnotherMayLie) {
    ThreadEventLog log({}, archive_);
    log.take_foreign(7, {make_event("f", 1, 7), make_event("d", 1, 7)}, [] {});
    log.take_foreign(8, {make_event("c", 1, 8)}, [] {});
    const auto next = log.take_next(std::vector<ForeignEvent>{{7, make_event("f", 3, 7)},    // 2 is missing
                                                              {7, make_event("d", 2, 7)},    // behind it
                                                              {7, make_event("f", 1, 7)},    // so is this
                                                              {9, make_event("b", 1, 9)},    // may have been before
                                                              {10, make_event("c", 2, 0)},   // another thread's
                                                              {8, make_event("c", 2, 8)}});  // as it should be
    EXPECT_EQ(next.taken, 1U);
    EXPECT_EQ(next.unclear, (Unclear{7, 9, 10}));
    EXPECT_EQ(texts(read(log, 7, 0)), (Texts{"f1", "d1"}));
    EXPECT_EQ(texts(read(log, 8, 0)), (Texts{"c1", "c2"}));
    EXPECT_TRUE(read(log, 9, 0).events.empty());
    EXPECT_TRUE(read(log, 10, 0).events.empty());
    log.take_foreign(7, {make_event("f", 2, 7), make_event("f", 3, 7), make_event("d", 2, 7)}, [] {});
    EXPECT_EQ(texts(read(log, 7, 0)), (Texts{"f1", "d1", "f2", "f3", "d2"}));
}

TEST_F(ThreadEventLogTest, TakesNothingTwiceAndNothingOfItsOwn) {
    ThreadEventLog log({}, archive_);
    log.append(make_event("a", 1, 7));
    log.append(make_event("a", 2, 7, true));
    log.take_foreign(7, {make_event("f", 1, 7), make_event("f", 2, 7)}, [] {});
    int woken = 0;
    const auto reader = log.subscribe_thread(7, [&] { ++woken; });
    const auto next = log.take_next(std::vector<ForeignEvent>{{7, make_event("f", 1, 7)},
                                                              {7, make_event("f", 2, 7)},
                                                              {7, make_event("a", 1, 7)},
                                                              {7, make_event("a", 2, 7, true)}});
    EXPECT_EQ(next.taken, 0U);
    EXPECT_TRUE(next.unclear.empty());
    EXPECT_EQ(woken, 0);
    EXPECT_EQ(texts(read(log, 7, 0)), (Texts{"a1", "a2", "f1", "f2"}));
    EXPECT_EQ(log.take_next(std::vector<ForeignEvent>{{7, make_event("a", 3, 7)}}).unclear, (Unclear{7}));
}

// Who sends what this host made is not shown the rest, event by event.
TEST_F(ThreadEventLogTest, PassesOverWhatOthersMadeWhereNothingOfItsOwnFollows) {
    ThreadEventLog log({}, archive_);
    log.append(make_event("a", 1, 7));
    log.take_foreign(7, {make_event("f", 1, 7), make_event("f", 2, 7)}, [] {});
    const auto own = [&](std::uint64_t after) {
        ThreadPage out;
        log.read_own(after, 1 << 20, [&](ThreadPage page) { out = std::move(page); });
        return out;
    };
    EXPECT_EQ(texts(own(0)), (Texts{"a1"}));
    EXPECT_TRUE(own(1).events.empty());
    EXPECT_EQ(own(1).next, log.last_position());
    EXPECT_EQ(own(100).next, 100U);
    log.append(make_event("a", 2, 7));
    EXPECT_EQ(texts(own(1)), (Texts{"a2"}));
}

TEST_F(ThreadEventLogTest, SaysWhetherAPageIsTheLast) {
    ThreadEventLog log({}, archive_);
    for (std::uint64_t seq = 1; seq <= 3; ++seq) log.append(make_event("a", seq, 7));
    EXPECT_FALSE(read(log, 7, 0, 1).all);
    EXPECT_TRUE(read(log, 7, 2, 1).all);
    EXPECT_TRUE(read(log, 7, 3).all);
    EXPECT_TRUE(read(log, 8, 0).all);
}

TEST_F(ThreadEventLogTest, KnowsForeignEventsAgainAfterARestart) {
    {
        ThreadEventLog log({}, archive_);
        log.take_foreign(7, {make_event("f", 1, 7), make_event("f", 2, 7)}, [] {});
    }
    ThreadEventLog log({}, archive_);
    log.take_foreign(7, {make_event("f", 1, 7), make_event("f", 2, 7), make_event("f", 3, 7, true)}, [] {});
    EXPECT_EQ(whole(log, 7), (Texts{"f1", "f2", "f3"}));
}

// Many readers that leave and come back at random places, while runs go on: each sees every event once, in order.
TEST_F(ThreadEventLogTest, AReaderThatComesAndGoesMissesNothing) {
    std::mt19937 random(20260102);
    ThreadEventLog log(small(), archive_);
    std::uint64_t position = 0;
    std::map<std::string, std::uint64_t> written, seen;
    for (int step = 0; step < 2000; ++step) {
        const std::string run(1, static_cast<char>('a' + random() % 4));
        log.append(make_event(run, ++written[run], 7));
        if (random() % 3 != 0) continue;
        const auto page = read(log, 7, position, 1 + random() % 2000);
        EXPECT_FALSE(page.gap);
        for (const auto& placed : page.events) {
            EXPECT_GT(placed.position, position);
            position = placed.position;
            EXPECT_EQ(placed.event->seq, ++seen[placed.event->run_id.substr(0, 1)]);
        }
    }
    for (auto page = read(log, 7, position); !page.events.empty(); page = read(log, 7, position)) {
        for (const auto& placed : page.events) ++seen[placed.event->run_id.substr(0, 1)];
        position = page.next;
    }
    EXPECT_EQ(seen, written);
}

}  // namespace
}  // namespace cedar::host::runtime
