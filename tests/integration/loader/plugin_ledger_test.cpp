#include "host/loader/plugin_ledger.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace cedar::host::loader {
namespace {

class Ledger : public testing::Test {
protected:
    static std::string hash(char digit) { return std::string(64, digit); }
    std::unique_ptr<PluginLedger> open() { return PluginLedger::open(file_).value(); }

    TempFolder folder_;
    const std::filesystem::path file_ = folder_ / "data" / "plugins.json";
    const UtcTime now_{std::chrono::seconds(1767225600)};
};

TEST_F(Ledger, KeepsWhatItIsTold) {
    const auto first = open();
    EXPECT_FALSE(first->trusts(hash('a')));
    ASSERT_TRUE(first->trust(hash('a'), "a.so", now_));
    ASSERT_TRUE(first->quarantine(hash('b'), "b.so", "it hung", now_));
    const auto next = open();
    EXPECT_TRUE(next->trusts(hash('a')));
    ASSERT_TRUE(next->quarantine_of(hash('b')));
    EXPECT_EQ(next->quarantine_of(hash('b'))->reason, "it hung");
    EXPECT_EQ(next->quarantine_of(hash('b'))->since, "2026-01-01T00:00:00Z");
    EXPECT_TRUE(next->untrust(hash('a')).value());
    EXPECT_FALSE(next->untrust(hash('a')).value());
    EXPECT_TRUE(next->clear(hash('b')).value());
    EXPECT_TRUE(open()->quarantined().empty());
}

TEST_F(Ledger, CountsTheCrashesOfAHostWithinATime) {
    constexpr std::chrono::seconds kWindow{600};
    const auto first = open();
    EXPECT_EQ(first->note_crash(hash('a'), "a.so", "SIGSEGV in a", now_, kWindow).value(), 1U);
    EXPECT_EQ(first->note_crash(hash('a'), "a.so", "SIGSEGV in a", now_, kWindow).value(), 1U);
    const auto next = open();
    EXPECT_EQ(next->note_crash(hash('a'), "a.so", "exit() in a", now_ + kWindow, kWindow).value(), 2U);
    EXPECT_EQ(next->note_crash(hash('a'), "a.so", "SIGBUS in a", now_ + 2 * kWindow, kWindow).value(), 2U);
    EXPECT_EQ(next->note_crash(hash('b'), "b.so", "SIGABRT in b", now_ + 2 * kWindow, kWindow).value(), 1U);
    const auto crashed = open()->crashed();
    ASSERT_EQ(crashed.size(), 2U);
    EXPECT_EQ(crashed.at(hash('a')).times.size(), 3U);
    EXPECT_EQ(crashed.at(hash('a')).times.back(), now_ + 2 * kWindow);
    EXPECT_EQ(crashed.at(hash('a')).last, "SIGBUS in a");
    EXPECT_EQ(crashed.at(hash('a')).name, "a.so");
    EXPECT_TRUE(next->clear(hash('a')).value());
    EXPECT_FALSE(next->clear(hash('a')).value());
    EXPECT_EQ(open()->crashed().size(), 1U);
}

TEST_F(Ledger, ForgetsTheLibraryWhoseCrashIsLongestAgo) {
    const auto ledger = open();
    for (std::size_t i = 0; i <= PluginLedger::kCrashedMax; ++i) {
        std::string sha256 = std::to_string(i);
        sha256.resize(64, 'f');
        const UtcTime at = now_ - std::chrono::seconds(i);
        ASSERT_TRUE(ledger->note_crash(sha256, "a.so", "SIGSEGV in a", at, std::chrono::seconds(1)));
    }
    EXPECT_EQ(ledger->crashed().size(), PluginLedger::kCrashedMax);
    EXPECT_TRUE(ledger->crashed().contains("0" + std::string(63, 'f')));
}

TEST_F(Ledger, TakesUpWhatAnotherHasWritten) {
    const auto host = open(), command = open();
    ASSERT_TRUE(command->trust(hash('a'), "a.so", now_));
    EXPECT_FALSE(host->trusts(hash('a')));
    ASSERT_TRUE(host->refresh());
    EXPECT_TRUE(host->trusts(hash('a')));
    std::filesystem::remove(file_);
    ASSERT_TRUE(host->refresh());
    EXPECT_FALSE(host->trusts(hash('a')));
}

TEST_F(Ledger, LosesNoChangeOfTwo) {
    constexpr int kEach = 50;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 2; ++writer) {
        writers.emplace_back([&, writer, ledger = std::shared_ptr<PluginLedger>(open())] {
            for (int i = 0; i < kEach; ++i) {
                std::string sha256 = std::to_string(writer * kEach + i);
                sha256.resize(64, 'f');
                EXPECT_TRUE(ledger->trust(sha256, "a.so", now_));
            }
        });
    }
    for (auto& writer : writers) writer.join();
    EXPECT_EQ(open()->trusted().size(), 2U * kEach);
}

TEST_F(Ledger, StaysAsItWasWhenTheFileIsNonsense) {
    const auto ledger = open();
    ASSERT_TRUE(ledger->trust(hash('a'), "a.so", now_));
    folder_.write("data/plugins.json", "{");
    const auto read = ledger->refresh();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    EXPECT_TRUE(ledger->trusts(hash('a')));
    EXPECT_FALSE(ledger->trust(hash('b'), "b.so", now_));
    EXPECT_FALSE(ledger->trusts(hash('b')));
    EXPECT_FALSE(PluginLedger::open(file_));
}

}  // namespace
}  // namespace cedar::host::loader
