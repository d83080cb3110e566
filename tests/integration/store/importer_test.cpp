#include "host/core/utf8.hpp"
#include "host/store/file_text.hpp"
#include "tests/integration/store/store_fixture.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

namespace cedar::host::store {
namespace {

std::string read_all(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class ImporterTest : public StoreFixture {
protected:
    void SetUp() override {
        start();
        project_ = create("alpha").value().id;
    }
    std::vector<std::string> values(const std::string& sql) {
        auto db = look(project_);
        return column(db, sql);
    }
    std::vector<std::filesystem::path> copies() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(layout().main_files(project_)))
            found.push_back(entry);
        std::ranges::sort(found);
        return found;
    }
    std::int64_t project_ = 0;
};

using Names = std::vector<std::string>;

TEST_F(ImporterTest, WalksFoldersInTheOrderOfNames) {
    folder_.write("docs/b.txt", "b");
    folder_.write("docs/a/z.md", "z");
    folder_.write("docs/.hidden/x.md", "x");
    folder_.write("docs/.dot.md", "x");
    const auto report = import(project_, {folder_ / "docs"}).value();
    EXPECT_EQ(report.imported, 2U);
    EXPECT_EQ(report.chunks, 2U);
    EXPECT_EQ(values("SELECT display_name FROM files ORDER BY id"), (Names{"docs/a/z.md", "docs/b.txt"}));
}

TEST_F(ImporterTest, FollowsLinksOnceAndNoLoop) {
    folder_.write("docs/a/x.md", "x");
    std::filesystem::create_directory_symlink("..", folder_ / "docs/a/up");
    std::filesystem::create_symlink("a/x.md", folder_ / "docs/same.md");
    std::filesystem::create_symlink("nowhere", folder_ / "docs/dangling");
    const auto report = import(project_, {folder_ / "docs"}).value();
    EXPECT_EQ(report.imported, 1U);
    ASSERT_EQ(report.skipped.size(), 1U);
    EXPECT_NE(report.skipped[0].reason.find("cannot be followed"), std::string::npos);
}

TEST_F(ImporterTest, KeepsACopyAndTheFacts) {
    const auto file = folder_.write("table.csv", "a,b\r\n1,2\r\n");
    ASSERT_EQ(import(project_, {file}).value().imported, 1U);
    ASSERT_EQ(copies().size(), 1U);
    EXPECT_EQ(copies()[0].filename(), "20260102T030405Z__table.csv");
    EXPECT_EQ(read_all(copies()[0]), "a,b\r\n1,2\r\n");
    EXPECT_EQ(
        values("SELECT file_type || '|' || structure || '|' || mime_type || '|' || size_bytes || '|' || filename "
               "|| '|' || created_at FROM files"),
        Names{"csv|tabular|text/csv|10|20260102T030405Z__table.csv|2026-01-02 03:04:05"});
    EXPECT_EQ(values("SELECT storage_path FROM files"), Names{copies()[0].string()});
    EXPECT_EQ(values("SELECT text FROM doc_chunks"), Names{"a: 1; b: 2"});
    EXPECT_EQ(values("SELECT action || ': ' || summary_text FROM changelog_entries"),
              Names{"file.import: Imported 1 and replaced 0 files: 1 passages"});
    EXPECT_EQ(values("SELECT entity_type || version_num FROM versions WHERE entity_type = 'file'"), Names{"file1"});
}

TEST_F(ImporterTest, GivesExactOffsetsInTheText) {
    std::string html = "<h1>Tïtle</h1>";
    for (int i = 0; i < 300; ++i) html += "<p>Sätze &amp; wörds, number " + std::to_string(i) + ".</p>";
    const auto file = folder_.write("page.html", html);
    const auto report = import(project_, {file}).value();
    EXPECT_GT(report.chunks, 3U);
    const std::string text = file_text(file_kind("page.html"), html).value();
    auto db = look(project_);
    auto rows = db.prepare("SELECT char_start, char_end, text FROM doc_chunks");
    while (rows.step()) {
        const auto start = static_cast<std::size_t>(rows.integer(0)),
                   end = static_cast<std::size_t>(rows.integer(1));
        const auto from = std::string_view(text).substr(utf8_prefix(text, start).size());
        EXPECT_EQ(utf8_prefix(from, end - start), rows.text(2));
        EXPECT_LE(end - start, 1500U);
    }
}

TEST_F(ImporterTest, LeavesTheSameContentAlone) {
    const auto file = folder_.write("a.md", "Zebras graze.");
    ASSERT_EQ(import(project_, {file}).value().imported, 1U);
    clock_.advance(std::chrono::seconds(5));
    const auto again = import(project_, {file}).value();
    EXPECT_EQ(again.unchanged, 1U);
    EXPECT_EQ(again.imported + again.replaced + again.chunks, 0U);
    EXPECT_EQ(copies().size(), 1U);
    EXPECT_EQ(values("SELECT count(*) FROM changelog_entries"), Names{"1"});
    ImportOptions smaller;
    smaller.max_chunk_chars = 100;
    EXPECT_EQ(import(project_, {file}, smaller).value().replaced, 1U) << "other passages are wanted";
}

TEST_F(ImporterTest, ReplacesChangedContentUnderTheSameId) {
    const auto file = folder_.write("a.md", "Zebras graze.");
    ASSERT_EQ(import(project_, {file}).value().imported, 1U);
    folder_.write("a.md", "Lions sleep.");
    clock_.advance(std::chrono::seconds(5));
    EXPECT_EQ(import(project_, {file}).value().replaced, 1U);
    EXPECT_EQ(values("SELECT id || text FROM doc_chunks"), Names{"1:000000Lions sleep."});
    EXPECT_TRUE(search(project_, "zebras").value().empty());
    EXPECT_EQ(search(project_, "lions").value().size(), 1U);
    ASSERT_EQ(copies().size(), 1U);
    EXPECT_EQ(read_all(copies()[0]), "Lions sleep.");
    EXPECT_EQ(values("SELECT count(*) FROM files"), Names{"1"});
}

TEST_F(ImporterTest, EmptiesAFileThatBecameEmpty) {
    const auto file = folder_.write("a.md", "Zebras graze.");
    ASSERT_TRUE(import(project_, {file}));
    folder_.write("a.md", "");
    EXPECT_EQ(import(project_, {file}).value().replaced, 1U);
    EXPECT_EQ(values("SELECT count(*) FROM doc_chunks"), Names{"0"});
}

TEST_F(ImporterTest, NamesWhatItSkipsAndWhy) {
    folder_.write("in/a.bin", std::string("ab\0cd", 5));
    folder_.write("in/b.txt", "caf\xE9");
    folder_.write("in/c.txt", std::string(200, 'x'));
    folder_.write("in/d.txt", "good");
    ::mkfifo((folder_ / "in/e.fifo").c_str(), 0600);
    ImportOptions options;
    options.max_file_bytes = 100;
    const auto report = import(project_, {folder_ / "in"}, options).value();
    EXPECT_EQ(report.imported, 1U);
    ASSERT_EQ(report.skipped.size(), 4U);
    EXPECT_EQ(report.skipped[0].reason, "not a regular file");
    EXPECT_EQ(report.skipped[1].path, "in/a.bin");
    EXPECT_EQ(report.skipped[1].reason, "binary (a NUL byte at offset 2)");
    EXPECT_EQ(report.skipped[2].reason, "not UTF-8 text (at byte offset 3)");
    EXPECT_EQ(report.skipped[3].reason, "too large (200 bytes; at most 100, import.max_file_bytes)");
}

TEST_F(ImporterTest, SkipsAFileThatCannotBeRead) {
    std::filesystem::create_symlink("/proc/self/mem", folder_ / "mem");  // opens, and fails at the first byte
    EXPECT_EQ(import(project_, {folder_ / "mem"}).value().skipped.at(0).reason, "cannot be read to its end");
}

TEST_F(ImporterTest, RefusesWhatIsNotThere) {
    EXPECT_EQ(import(project_, {folder_ / "none"}).error().code, ErrorCode::not_found);
    EXPECT_EQ(import(99, {folder_.path()}).error().message, "there is no project 99");
    ImportOptions options;
    options.max_chunk_chars = 5;
    EXPECT_EQ(import(project_, {}, options).error().code, ErrorCode::invalid_argument);
    folder_.write("many/a", "a");
    folder_.write("many/b", "b");
    options = {};
    options.max_files = 1;
    EXPECT_EQ(import(project_, {folder_ / "many"}, options).error().code, ErrorCode::limit);
}

TEST_F(ImporterTest, TellsItsProgressAndStopsWhenAsked) {
    for (int i = 0; i < 5; ++i) folder_.write("in/" + std::to_string(i), "12345");
    std::stop_source stop;
    ImportOptions options;
    options.stop = stop.get_token();
    std::vector<ImportProgress> seen;
    const auto report = import(project_, {folder_ / "in"}, options, [&](const ImportProgress& progress) {
                            seen.push_back(progress);
                            if (progress.files_done == 2) stop.request_stop();
                        }).value();
    EXPECT_TRUE(report.stopped);
    EXPECT_EQ(report.imported, 3U);
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[0].current, "in/0");
    EXPECT_EQ(seen[2].bytes_done, 10U);
    EXPECT_EQ(seen[2].bytes_total, 25U);
    EXPECT_EQ(seen[3].files_done, 3U);
    EXPECT_EQ(seen[3].current, "");
}

TEST_F(ImporterTest, KeepsFilesOfOneNameApart) {
    folder_.write("a/README.md", "one");
    folder_.write("b/README.md", "two");
    EXPECT_EQ(import(project_, {folder_ / "a", folder_ / "b"}).value().imported, 2U);
    EXPECT_EQ(copies().size(), 2U);
    EXPECT_EQ(values("SELECT display_name FROM files ORDER BY id"), (Names{"a/README.md", "b/README.md"}));
}

TEST_F(ImporterTest, TakesLongAndOddNames) {
    folder_.write("in/" + std::string(250, 'n') + ".md", "x");
    folder_.write("in/caf\xE9.md", "y");
    folder_.write("in/a'b\"c;--.md", "z");
    EXPECT_EQ(import(project_, {folder_ / "in"}).value().imported, 3U);
    EXPECT_EQ(import(project_, {folder_ / "in"}).value().unchanged, 3U);
}

TEST_F(ImporterTest, EndsWhatAKilledImportHadBegun) {
    const auto file = folder_.write("a.md", "Zebras graze.");
    ASSERT_TRUE(import(project_, {file}));
    const auto copy = copies().at(0);
    std::filesystem::rename(copy, copy.parent_path() / ("." + copy.filename().string() + ".part"));
    folder_.write("data/projects/1/files/branch_Main/.20260102T030405Z__lost.md.part", "never committed");
    ASSERT_EQ(import(project_, {file}).value().unchanged, 1U);
    EXPECT_EQ(copies(), std::vector<std::filesystem::path>{copy});
}

TEST_F(ImporterTest, LetsTwoImportsAndTheStoreWorkAtOnce) {
    for (int i = 0; i < 20; ++i) {
        folder_.write("in/" + std::to_string(i) + ".md", "Text number " + std::to_string(i));
    }
    Result<ImportReport> theirs = ImportReport{};
    std::thread other([&] { theirs = import(project_, {folder_ / "in"}); });
    const auto ours = import(project_, {folder_ / "in"});
    other.join();
    ASSERT_TRUE(ours) << ours.error().message;
    ASSERT_TRUE(theirs) << theirs.error().message;
    EXPECT_EQ(values("SELECT count(*) FROM files"), Names{"20"});
    EXPECT_EQ(values("SELECT count(*) FROM doc_chunks"), Names{"20"});
    EXPECT_EQ(copies().size(), 20U);
    EXPECT_TRUE(say(project_, "hello"));
}

}  // namespace
}  // namespace cedar::host::store
