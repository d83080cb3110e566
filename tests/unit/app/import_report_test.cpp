#include "host/app/import_report.hpp"

#include "host/core/json.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cedar::host::app {
namespace {

using std::chrono::milliseconds;

SteadyTime at(int ms) {
    return SteadyTime{} + milliseconds(ms);
}

store::ImportProgress half_way() {
    return {5, 10, 50, 100, "guide.md"};
}

TEST(ProgressLine, IsSilentForAShortImport) {
    std::ostringstream out;
    ProgressLine line(out, true);
    line.show(half_way(), at(0));
    line.show(half_way(), at(499));
    line.clear();
    EXPECT_EQ(out.str(), "");
}

TEST(ProgressLine, ShowsALongImportNotTooOften) {
    std::ostringstream out;
    ProgressLine line(out, true);
    line.show(half_way(), at(0));
    line.show(half_way(), at(600));
    line.show(half_way(), at(650));
    EXPECT_EQ(out.str(), "\r\x1b[Kimporting 5 of 10 files, 50 %, guide.md");
    line.show(half_way(), at(701));
    line.clear();
    EXPECT_EQ(out.str(),
              "\r\x1b[Kimporting 5 of 10 files, 50 %, guide.md"
              "\r\x1b[Kimporting 5 of 10 files, 50 %, guide.md\r\x1b[K");
}

TEST(ProgressLine, IsSilentWithoutATerminal) {
    std::ostringstream out;
    ProgressLine line(out, false);
    line.show(half_way(), at(0));
    line.show(half_way(), at(5000));
    EXPECT_EQ(out.str(), "");
}

TEST(ProgressLine, LetsNoFileNameMoveTheCursor) {
    std::ostringstream out;
    ProgressLine line(out, true);
    store::ImportProgress progress = half_way();
    progress.current = "a\x1b[2Jb\n";
    line.show(progress, at(0));
    line.show(progress, at(600));
    EXPECT_NE(out.str().find("a?[2Jb?"), std::string::npos);
}

TEST(ImportReport, CountsEverything) {
    store::ImportReport report;
    report.imported = 12;
    report.replaced = 1;
    report.unchanged = 3;
    report.chunks = 340;
    report.skipped = {{"a.bin", "binary"}};
    const Project project{4, "notes", {}};
    EXPECT_EQ(report_text(project, report),
              "project notes (4): 12 files imported, 1 replaced, 3 unchanged, 1 skipped; 340 passages written");
    const auto parsed = parse_json(report_json(project, report));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(find_member(*parsed, "passages")->GetInt(), 340);
}

TEST(ImportReport, IsGoodUnlessStoppedOrAllWasSkipped) {
    store::ImportReport report;
    EXPECT_TRUE(is_good(report));
    report.skipped = {{"a.bin", "binary"}};
    EXPECT_FALSE(is_good(report));
    report.unchanged = 1;
    EXPECT_TRUE(is_good(report));
    report.stopped = true;
    EXPECT_FALSE(is_good(report));
}

}  // namespace
}  // namespace cedar::host::app
