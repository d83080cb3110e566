#include "host/loader/log_tap.hpp"

#include "tests/support/recording_log.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace cedar::host::loader {
namespace {

void say(Log& log, std::string_view message, LogLevel level = LogLevel::info) {
    LogRecord line;
    line.level = level;
    line.message = message;
    log.write(line);
}

TEST(LogTap, PassesEverythingOn) {
    RecordingLog real;
    LogTap tap(real);
    say(tap, "one");
    const LogTap::Recording recording;
    say(tap, "two", LogLevel::debug);
    ASSERT_EQ(real.lines().size(), 2U);
    EXPECT_EQ(real.lines()[1].message, "two");
}

TEST(LogTap, NotesWhatThisThreadSaysMeanwhile) {
    RecordingLog real;
    LogTap tap(real);
    say(tap, "before");
    {
        const LogTap::Recording recording;
        say(tap, "one");
        say(tap, "hidden", LogLevel::debug);
        say(tap, "two", LogLevel::error);
        std::thread([&] { say(tap, "elsewhere"); }).join();
        EXPECT_EQ(recording.text(), "one; two");
    }
    const LogTap::Recording again;
    EXPECT_EQ(again.text(), "");
}

TEST(LogTap, NotesIntoTheInnermostRecording) {
    RecordingLog real;
    LogTap tap(real);
    const LogTap::Recording outer;
    {
        const LogTap::Recording inner;
        say(tap, "inside");
        EXPECT_EQ(inner.text(), "inside");
    }
    say(tap, "outside");
    EXPECT_EQ(outer.text(), "outside");
}

TEST(LogTap, KeepsABoundedPart) {
    RecordingLog real;
    LogTap tap(real);
    const LogTap::Recording recording;
    for (int i = 0; i < 100; ++i) say(tap, std::string(100, 'x'));
    EXPECT_EQ(recording.text().size(), 1024U);
    EXPECT_EQ(real.lines().size(), 100U);
}

}  // namespace
}  // namespace cedar::host::loader
