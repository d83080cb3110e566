#include "host/app/crash_notes.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

class TakenCrashNotes : public testing::Test {
protected:
    static std::string hash() { return std::string(64, 'a'); }
    void SetUp() override {
        options_.quarantine_crashes = 2;
        options_.quarantine_window = std::chrono::seconds(600);
    }
    void leave(const std::string& name, UtcTime at, const std::string& how = "SIGSEGV") {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
        folder_.write("crashes/" + name, R"({"name":"a.so","sha256":")" + hash() +
                                             R"(","place":"example.one","how":")" + how + R"(","at_ms":)" +
                                             std::to_string(ms) + "}\n");
    }
    void take() { take_crash_notes(notes_, *ledger_, options_, clock_, log_, events_); }
    [[nodiscard]] bool none_left() const { return std::filesystem::is_empty(notes_); }

    TempFolder folder_;
    const std::filesystem::path notes_ = folder_ / "crashes";
    FakeClock clock_;
    RecordingLog log_;
    PluginEvents events_{clock_};
    worker::WorkerOptions options_;
    std::unique_ptr<loader::PluginLedger> ledger_ = loader::PluginLedger::open(folder_ / "plugins.json").value();
};

TEST_F(TakenCrashNotes, AreEnteredOnceAndRemoved) {
    const UtcTime now = clock_.now().utc;
    leave("1.json", now);
    take();
    EXPECT_TRUE(none_left());
    const auto crashed = ledger_->crashed();
    ASSERT_EQ(crashed.size(), 1U);
    EXPECT_EQ(crashed.at(hash()).last, "SIGSEGV in example.one");
    EXPECT_FALSE(ledger_->quarantine_of(hash()));
    EXPECT_EQ(log_.count("loader", "a.so ended the host's process at "), 1U);
    EXPECT_NE(events_.json().find(R"("event":"ended_the_host","file":"a.so","text":"SIGSEGV in example.one")"),
              std::string::npos)
        << events_.json();
}

TEST_F(TakenCrashNotes, TooManyWithinTheTimeAreAQuarantine) {
    const UtcTime now = clock_.now().utc;
    leave("1.json", now - std::chrono::seconds(700));
    leave("2.json", now - std::chrono::seconds(50));
    take();
    EXPECT_FALSE(ledger_->quarantine_of(hash()));
    leave("3.json", now, "exit()");
    take();
    const auto entry = ledger_->quarantine_of(hash());
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->reason,
              "it ended the host's process 2 times within 600 s, the last time: exit() in example.one");
}

TEST_F(TakenCrashNotes, NeverMakeAQuarantineWhenNothingDoes) {
    options_.quarantine_crashes = 0;
    const UtcTime now = clock_.now().utc;
    for (int i = 0; i < 5; ++i) leave(std::to_string(i) + ".json", now - std::chrono::seconds(i));
    take();
    EXPECT_EQ(ledger_->crashed().at(hash()).times.size(), 5U);
    EXPECT_FALSE(ledger_->quarantine_of(hash()));
}

TEST_F(TakenCrashNotes, OfTheFutureAreOfNow) {
    const UtcTime now = clock_.now().utc;
    leave("1.json", now + std::chrono::hours(1000));
    take();
    EXPECT_LE(ledger_->crashed().at(hash()).times.back(), now);
}

TEST_F(TakenCrashNotes, WhatIsNoneIsSaidAndRemoved) {
    folder_.write("crashes/1.json", "{");
    take();
    EXPECT_TRUE(none_left());
    EXPECT_TRUE(ledger_->crashed().empty());
    EXPECT_EQ(log_.count("loader", "expected a crash note, got something else"), 1U);
}

TEST_F(TakenCrashNotes, StayUntilTheLedgerTakesThem) {
    leave("1.json", clock_.now().utc);
    folder_.write("plugins.json", "{");
    take();
    EXPECT_FALSE(none_left());
    std::filesystem::remove(folder_ / "plugins.json");
    take();
    EXPECT_TRUE(none_left());
    EXPECT_EQ(ledger_->crashed().size(), 1U);
}

}  // namespace
}  // namespace cedar::host::app
