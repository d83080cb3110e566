#include "host/store/file_text.hpp"

#include <gtest/gtest.h>

namespace cedar::host::store {
namespace {

TEST(FileText, TellsTheKindByTheEnding) {
    EXPECT_STREQ(file_kind("a/README.MD").type, "markdown");
    EXPECT_STREQ(file_kind("a.b/page.htm").type, "html");
    EXPECT_STREQ(file_kind("t.tsv").structure, "tabular");
    EXPECT_STREQ(file_kind("main.cpp").structure, "code");
    EXPECT_STREQ(file_kind("LICENSE").type, "text");
    EXPECT_STREQ(file_kind("x.unknown").type, "text");
}

TEST(FileText, DropsTheByteOrderMarkAndCarriageReturns) {
    EXPECT_EQ(file_text(file_kind("a.txt"), "\xEF\xBB\xBFone\r\ntwo\rthree").value(), "one\ntwo\nthree");
}

TEST(FileText, RefusesWhatIsNoTextAndSaysWhere) {
    EXPECT_EQ(file_text(file_kind("a.txt"), std::string_view("ab\0c", 4)).error().message,
              "binary (a NUL byte at offset 2)");
    EXPECT_EQ(file_text(file_kind("a.txt"), "caf\xE9").error().message, "not UTF-8 text (at byte offset 3)");
}

TEST(FileText, TurnsEachKindIntoText) {
    EXPECT_EQ(file_text(file_kind("a.html"), "<p>x</p>").value(), "x");
    EXPECT_EQ(file_text(file_kind("a.json"), "[1]").value(), "[\n  1\n]");
    EXPECT_EQ(file_text(file_kind("a.csv"), "a\n1\n").value(), "a: 1\n");
    EXPECT_EQ(file_text(file_kind("a.md"), "# <x>").value(), "# <x>");
}

}  // namespace
}  // namespace cedar::host::store
