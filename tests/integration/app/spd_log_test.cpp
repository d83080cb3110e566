#include "host/app/spd_log.hpp"

#include "host/app/note.hpp"
#include "host/core/json.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>

namespace cedar::host::app {
namespace {

class Pipe {
public:
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        reading_ = ends[0];
        writing_ = ends[1];
        ::fcntl(reading_, F_SETFL, O_NONBLOCK);
    }
    ~Pipe() {
        ::close(reading_);
        ::close(writing_);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int writing() const { return writing_; }
    std::string read() {
        std::array<char, 65536> buffer{};
        for (ssize_t got = 0; (got = ::read(reading_, buffer.data(), buffer.size())) > 0;) {
            text_.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return text_;
    }

private:
    int reading_, writing_;
    std::string text_;
};

LogOptions to(const Pipe& pipe) {
    LogOptions options;
    options.descriptor = pipe.writing();
    return options;
}

TEST(SpdLog, WritesWhatIsSeriousEnough) {
    Pipe pipe;
    {
        auto log = SpdLog::open(to(pipe));
        ASSERT_TRUE(log.has_value());
        note(**log, LogLevel::debug, "app", "not this");
        note(**log, LogLevel::info, "app", "but this");
    }
    EXPECT_EQ(pipe.read().find("not this"), std::string::npos);
    EXPECT_NE(pipe.read().find(" INFO STAGE=app but this\n"), std::string::npos) << pipe.read();
}

TEST(SpdLog, NeverWaitsForAPipeThatNobodyReads) {
    Pipe pipe;
    const std::string text(1000, 'x');
    constexpr int kLines = 5000;
    auto log = *SpdLog::open(to(pipe));
    // A write that waited for a reader would never return, one that waited 100 ms a line would pass the test's
    // limit.
    for (int i = 0; i < kLines; ++i) note(*log, LogLevel::info, "app", text);
    ASSERT_TRUE(eventually([&] { return log->dropped() > 0; }));
    // Once somebody reads, lines go through again, and the loss is told.
    ASSERT_TRUE(eventually([&] {
        note(*log, LogLevel::info, "app", "after");
        return pipe.read().find("lines were dropped\n") != std::string::npos;
    }));
    log.reset();
}

TEST(SpdLog, LeavesWholeLinesBehindAfterAStall) {
    Pipe pipe;
    auto log = *SpdLog::open(to(pipe));
    const std::string text(1000, 'x');
    for (int i = 0; i < 500; ++i) note(*log, LogLevel::info, "app", text);
    ASSERT_TRUE(eventually([&] { return log->dropped() > 0; }));
    std::string written;
    // What still waits may fill the pipe again, so the last line is said until it is through.
    ASSERT_TRUE(eventually([&] {
        note(*log, LogLevel::info, "app", "the last");
        written = pipe.read();
        return written.find("INFO STAGE=app the last\n") != std::string::npos;
    }));
    log.reset();
    written = pipe.read();
    EXPECT_TRUE(written.ends_with('\n'));
    std::istringstream lines(written);
    for (std::string line; std::getline(lines, line);) {
        const bool whole = line.ends_with("STAGE=app the last") || line.ends_with("STAGE=app " + text) ||
                           line.ends_with(" lines were dropped");
        EXPECT_TRUE(whole) << line;
    }
}

TEST(SpdLog, AppendsToAFileAndPutsItAsideWhenItIsFull) {
    const TempFolder folder;
    LogOptions options;
    options.file = folder / "cedar.log";
    options.file_max_bytes = 10000;
    options.json = true;
    {
        auto log = SpdLog::open(options);
        ASSERT_TRUE(log.has_value());
        for (int i = 0; i < 300; ++i) note(**log, LogLevel::info, "app", "a line of some length \"quoted\"");
    }
    EXPECT_TRUE(std::filesystem::exists(folder / "cedar.1.log"));
    std::ifstream file(options.file);
    std::string line;
    while (std::getline(file, line)) EXPECT_TRUE(check_json(line).has_value()) << line;
}

TEST(SpdLog, SaysWhichFileCannotBeOpened) {
    LogOptions options;
    options.file = "/proc/no/such/place.log";
    const auto log = SpdLog::open(options);
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().code, ErrorCode::io);
    EXPECT_NE(log.error().message.find("/proc/no/such/place.log"), std::string::npos) << log.error().message;
}

}  // namespace
}  // namespace cedar::host::app
