#include "tests/integration/store/store_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <set>

namespace cedar::host::store {
namespace {

// A store_victim that is killed after `lines` lines of its output and some more microseconds. What it printed was
// committed.
class Victim {
public:
    Victim(const char* mode, const std::string& data_dir, const std::string& docs) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::close(ends[1]);
            ::execl(CEDAR_STORE_VICTIM, CEDAR_STORE_VICTIM, mode, data_dir.c_str(), docs.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        out_ = ends[0];
    }
    Victim(const Victim&) = delete;
    Victim& operator=(const Victim&) = delete;
    ~Victim() { ::close(out_); }

    std::vector<std::string> kill_after(std::size_t lines, unsigned microseconds) {
        std::string text;
        while (static_cast<std::size_t>(std::ranges::count(text, '\n')) < lines && read_some(text)) {}
        ::usleep(microseconds);  // tidy: allow sleep-in-test (the moment of the kill is what varies)
        ::kill(pid_, SIGKILL);
        int status = 0;
        ::waitpid(pid_, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
        while (read_some(text)) {}
        std::vector<std::string> whole;
        for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            whole.push_back(text.substr(0, end));
            text.erase(0, end + 1);
        }
        return whole;
    }

private:
    bool read_some(std::string& text) const {
        std::array<char, 4096> block{};
        const auto size = ::read(out_, block.data(), block.size());
        if (size > 0) text.append(block.data(), static_cast<std::size_t>(size));
        return size > 0;
    }
    pid_t pid_ = -1;
    int out_ = -1;
};

class KillTest : public StoreFixture {
protected:
    void expect_sound() {
        for (const auto& file : {layout().registry(), layout().project_database(1)}) {
            auto db = look(file);
            EXPECT_EQ(column(db, "PRAGMA integrity_check"), std::vector<std::string>{"ok"}) << file;
            EXPECT_TRUE(column(db, "PRAGMA foreign_key_check").empty()) << file;
        }
        auto db = look(1);
        db.execute("INSERT INTO doc_chunks_fts(doc_chunks_fts) VALUES('integrity-check')");
        EXPECT_EQ(db.integer("SELECT count(*) FROM doc_chunks"), db.integer("SELECT count(*) FROM doc_chunks_fts"));
    }
};

TEST_F(KillTest, LosesNoTurnThatWasCommitted) {
    std::size_t committed = 0;
    for (unsigned round = 0; round < 25; ++round) {
        Victim victim("turns", (folder_ / "data").string(), "-");
        const auto lines = victim.kill_after(1 + round % 4, round * 397 % 5000);
        committed += static_cast<std::size_t>(
            std::ranges::count_if(lines, [](const auto& l) { return l.starts_with("turn"); }));
        start();  // says nothing is wrong
        EXPECT_TRUE(say(1, ""));
        stop();
        expect_sound();
        auto db = look(1);
        EXPECT_GE(db.integer("SELECT count(*) FROM thread_messages WHERE display_title = 'Final'").value(),
                  static_cast<std::int64_t>(committed));
        // A turn is closed whole: prompt, results, answer and changelog, or none of them.
        EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages WHERE role <> 'user'").value(),
                  3 * db.integer("SELECT count(*) FROM changelog_entries").value());
        EXPECT_EQ(db.integer("SELECT count(*) - count(DISTINCT id) FROM threads"), 0);
    }
    EXPECT_GT(committed, 25U);
    EXPECT_EQ(log_.count("store"), 0U) << log_.lines().front().message;
}

TEST_F(KillTest, IsSharedByTwoProcessesThatLoseNothing) {
    std::size_t committed = 0;
    for (unsigned round = 0; round < 5; ++round) {
        Victim one("turns", (folder_ / "data").string(), "-");
        Victim other("turns", (folder_ / "data").string(), "-");
        for (auto* victim : {&one, &other}) {
            const auto lines = victim->kill_after(10, round * 700);
            EXPECT_GE(lines.size(), 10U) << "it ended early: the other was in its way";
            committed += static_cast<std::size_t>(
                std::ranges::count_if(lines, [](const auto& l) { return l.starts_with("turn"); }));
        }
        expect_sound();
    }
    auto db = look(1);
    EXPECT_GE(db.integer("SELECT count(*) FROM thread_messages WHERE display_title = 'Final'").value(),
              static_cast<std::int64_t>(committed));
    auto registry = look(layout().registry());
    EXPECT_EQ(registry.integer("SELECT count(*) FROM projects"), 1) << "both made the same project";
}

TEST_F(KillTest, StartsAfterAKillAtAnyMomentOfTheFirstStart) {
    for (unsigned round = 0; round < 30; ++round) {
        const auto data = folder_ / ("first" + std::to_string(round));
        Victim victim("turns", data.string(), "-");
        victim.kill_after(0, 2000 + round * 1000);
        StoreOptions options;
        options.data_dir = data;
        auto opened = SqliteStore::open(options, clock_, log_);
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(*opened);
        const auto project = create("victim");
        ASSERT_TRUE(project) << project.error().message;
        EXPECT_TRUE(say(project->id, "hello"));
        stop();
        auto db = look(Layout(data).project_database(project->id));
        EXPECT_EQ(column(db, "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
        EXPECT_EQ(column(db, "SELECT name FROM branches"), std::vector<std::string>{"Main"});
    }
}

TEST_F(KillTest, LeavesNoHalfFileOfAnImport) {
    const auto docs = folder_ / "docs";
    std::filesystem::create_directories(docs);
    for (unsigned round = 0; round < 25; ++round) {
        Victim victim("import", (folder_ / "data").string(), docs.string());
        const auto lines = victim.kill_after(1 + round % 2, round * 1987 % 60'000);
        expect_sound();
        auto db = look(1);
        // Every passage of a file is of one pass, and as many as the file's facts say.
        auto rows = db.prepare(
            "SELECT f.id, (SELECT count(*) FROM doc_chunks d WHERE d.file_id = f.id), json_extract(metadata_json, "
            "'$.chunks'), (SELECT count(DISTINCT substr(text, 1, instr(text, ' '))) FROM doc_chunks d WHERE "
            "d.file_id "
            "= f.id) FROM files f");
        while (rows.step()) {
            EXPECT_EQ(rows.integer(1), rows.integer(2)) << "file " << rows.integer(0);
            EXPECT_EQ(rows.integer(3), 1) << "file " << rows.integer(0);
        }
        if (lines.size() > 1) {
            EXPECT_EQ(db.integer("SELECT count(*) FROM files"), 6);
        }
    }
    for (int i = 0; i < 6; ++i) folder_.write("docs/f" + std::to_string(i) + ".md", "The end.");
    ASSERT_TRUE(import(1, {docs}));
    auto db = look(1);
    std::set<std::string> stored, found;
    for (auto& name : column(db, "SELECT filename FROM files")) stored.insert(name);
    for (const auto& entry : std::filesystem::directory_iterator(layout().main_files(1))) {
        found.insert(entry.path().filename().string());
    }
    EXPECT_EQ(found, stored) << "each file has its copy, and nothing else lies there";
}

}  // namespace
}  // namespace cedar::host::store
