// Logs that go nowhere, disks that are full, databases that are not as they should be.
#include "faults_fixture.hpp"
#include "small_disk.hpp"
#include "stream_reader.hpp"

#include <sqlite3.h>

#include <array>
#include <fstream>

namespace cedar::host {
namespace {

using http::Client;

class LogFaults : public FaultsTest {
protected:
    // Asks until lines of the log are lost. Every run has its final, whatever becomes of the log.
    void ask_until_lines_are_lost() {
        for (int i = 0; i < 2000 && metric("cedar_log_lines_lost_total") <= 0; ++i)
            ASSERT_EQ(chat(port(), project(), R"({"content":"roof"})").last_type, "final");
        EXPECT_GT(metric("cedar_log_lines_lost_total"), 0);
    }
};

TEST_F(LogFaults, APipeThatNobodyReadsHoldsNothingUp) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ASSERT_GE(::fcntl(ends[1], F_SETPIPE_SZ, 8192), 0);
    Process::Options options;
    options.output = ends[1];  // standard output and error, as with 2>&1
    host({"log.level=debug"}, options);
    ask_until_lines_are_lost();
    EXPECT_TRUE(serves_others());
    expect_unharmed();
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_F(LogFaults, AFullFolderHoldsNothingUpAndIsWrittenToOnceThereIsRoom) {
    const auto folder = folder_ / "logs";
    const auto refusal = SmallDisk::run(folder, "1m", [&](const SmallDisk& disk) {
        const auto file = folder / "cedar.log";
        ASSERT_NO_FATAL_FAILURE(host({"log.file=" + file.string(), "log.file_max_bytes=1048576"}));
        ASSERT_TRUE(eventually([&] { return std::filesystem::file_size(file) > 0; }));
        disk.fill();
        ASSERT_NO_FATAL_FAILURE(ask_until_lines_are_lost());
        EXPECT_TRUE(serves_others());
        disk.make_room();
        const auto before = std::filesystem::file_size(file);
        ASSERT_EQ(chat(port(), project(), R"({"content":"roof"})").last_type, "final");
        EXPECT_TRUE(eventually([&] { return std::filesystem::file_size(file) > before; }));
        expect_unharmed();
    });
    if (!refusal.empty()) GTEST_SKIP() << refusal;
}

// Writes to a database on behalf of another process, without an end.
class Lock {
public:
    explicit Lock(const std::filesystem::path& file) {
        held_ = sqlite3_open(file.c_str(), &db_) == SQLITE_OK &&
                sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    ~Lock() { sqlite3_close(db_); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    [[nodiscard]] bool held() const { return held_; }

private:
    sqlite3* db_ = nullptr;
    bool held_ = false;
};

class DiskFaults : public FaultsTest {
protected:
    SeenRun ask(const std::string& thread = {}) const {
        const auto place = thread.empty() ? "" : ",\"thread_id\":" + thread;
        return chat(port(), project(), R"({"content":"roof")" + place + "}");
    }
    [[nodiscard]] std::filesystem::path database() const {
        return std::filesystem::path(data()) / "projects" / project() / "database.db";
    }
    // As after a restart by a service manager; project() is the one of before.
    void start_again() { host_again({}); }
    // A run of the thread ends in an error whose text has `words`, as has a line of the log.
    void expect_refused(const std::string& thread, const std::string& words) {
        const auto refused = ask(thread);
        EXPECT_EQ(refused.last_type, "error") << refused.all();
        EXPECT_NE(refused.all().find(words), std::string::npos) << refused.all();
        EXPECT_TRUE(eventually([&] { return server().process().err().find(words) != std::string::npos; }))
            << server().process().err();
    }
    // What is there can be read: pages, and the thread from its start.
    void expect_readable(const std::string& thread, const std::vector<std::string>& events) const {
        EXPECT_TRUE(serves_others());
        StreamReader reader(port(), thread);
        ASSERT_TRUE(reader.opened);
        ASSERT_TRUE(reader.read(events.size()));
        const auto seen = reader.seen();
        EXPECT_TRUE(std::equal(events.begin(), events.end(), seen.begin()));
    }
};

TEST_F(DiskFaults, AFullOneIsAnErrorThatSaysSoAndReadsGoOn) {
    const auto refusal = SmallDisk::run(data(), "16m", [&](const SmallDisk& disk) {
        ASSERT_NO_FATAL_FAILURE(host());
        const auto first = ask();
        ASSERT_EQ(first.last_type, "final") << first.all();
        const auto thread = member(first.events.back(), "thread_id");
        disk.fill();
        const auto refused = ask(thread);
        EXPECT_EQ(refused.last_type, "error") << refused.all();
        EXPECT_NE(refused.events.back().find("the disk is full"), std::string::npos) << refused.all();
        EXPECT_TRUE(eventually([&] {
            return server().process().err().find("the disk is full") != std::string::npos;
        })) << server().process().err();
        expect_readable(thread, first.events);
        disk.make_room();
        EXPECT_EQ(ask(thread).last_type, "final");
        expect_unharmed();
    });
    if (!refusal.empty()) GTEST_SKIP() << refusal;
}

TEST_F(DiskFaults, ADatabaseThatMayNotBeWrittenIsAnErrorThatSaysSoAndReadsGoOn) {
    const auto refusal = SmallDisk::run(data(), "16m", [&](const SmallDisk& disk) {
        ASSERT_NO_FATAL_FAILURE(host());
        const auto first = ask();
        ASSERT_EQ(first.last_type, "final") << first.all();
        const auto thread = member(first.events.back(), "thread_id");
        ASSERT_EQ(server().stop(), 0);
        ASSERT_TRUE(SmallDisk::write_protect_file(database(), true)) << std::strerror(errno);
        start_again();
        expect_refused(thread, "cannot be written");
        expect_readable(thread, first.events);
        EXPECT_EQ(server().stop(), 0);
        ASSERT_TRUE(SmallDisk::write_protect_file(database(), false));
        start_again();
        EXPECT_EQ(ask(thread).last_type, "final");
        EXPECT_EQ(server().stop(), 0);
        ASSERT_TRUE(disk.write_protect(true)) << std::strerror(errno);
        const auto ended = run({"serve", "--port", "0"});
        EXPECT_EQ(ended.code, 2);
        EXPECT_NE(ended.err.find("expected a folder that can be written"), std::string::npos) << ended.err;
    });
    if (!refusal.empty()) GTEST_SKIP() << refusal;
}

TEST_F(DiskFaults, ALockedDatabaseIsAnErrorThatSaysSoAndReadsGoOn) {
    host({"store.busy_timeout_ms=50"});
    const auto first = ask();
    const auto thread = member(first.events.back(), "thread_id");
    {
        const Lock lock(database());
        ASSERT_TRUE(lock.held());
        expect_refused(thread, "locked");
        expect_readable(thread, first.events);
    }
    EXPECT_EQ(ask(thread).last_type, "final");
    expect_unharmed();
}

TEST_F(DiskFaults, ACorruptDatabaseIsAnErrorThatSaysSoAndNoOtherProjectIsConcerned) {
    host();
    const auto first = ask();
    const auto thread = member(first.events.back(), "thread_id");
    ASSERT_EQ(server().stop(), 0);
    for (const char* tail : {"-wal", "-shm"}) std::filesystem::remove(database().string() + tail);
    std::ofstream(database(), std::ios::binary) << std::string(20000, 'x');
    start_again();
    expect_refused(thread, "database.db");
    expect_readable(thread, first.events);  // the log of events is a file of its own
    const auto made = Client(port()).ask("POST", "/projects/create", "title=barns");
    ASSERT_TRUE(made);
    const auto place = made->fields.at("location");
    EXPECT_EQ(chat(port(), place.substr(place.rfind('/') + 1), R"({"content":"roof"})").last_type, "final");
    EXPECT_EQ(server().stop(), 0);
    std::ofstream(data() + "/cedarpy.db", std::ios::binary) << std::string(20000, 'x');
    const auto ended = run({"serve", "--port", "0"});
    EXPECT_EQ(ended.code, 2);
    EXPECT_NE(ended.err.find("cedarpy.db"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace cedar::host
