#include "host/store/csv_text.hpp"

#include <gtest/gtest.h>

namespace cedar::host::store {
namespace {

TEST(CsvText, NamesEachCellByItsColumn) {
    EXPECT_EQ(csv_to_text("name,born\nAda,1815\nAlan,1912\n"), "name: Ada; born: 1815\nname: Alan; born: 1912\n");
}

TEST(CsvText, ReadsQuotedCells) {
    EXPECT_EQ(csv_to_text("a,b\n\"x, y\",\"say \"\"hi\"\"\nnow\"\n"), "a: x, y; b: say \"hi\" now\n");
}

TEST(CsvText, FindsTheDelimiter) {
    EXPECT_EQ(csv_to_text("a;b\n1,5;2\n"), "a: 1,5; b: 2\n");
    EXPECT_EQ(csv_to_text("a\tb\n1\t2"), "a: 1; b: 2\n");
    EXPECT_EQ(csv_to_text("a|b\n1|2"), "a: 1; b: 2\n");
}

TEST(CsvText, LeavesEmptyCellsAndRowsOut) {
    EXPECT_EQ(csv_to_text("a,b\n,2\n,\n\n3\n"), "b: 2\na: 3\n");
}

TEST(CsvText, KeepsCellsBeyondTheHeader) {
    EXPECT_EQ(csv_to_text("a\n1,2\n"), "a: 1; 2\n");
}

TEST(CsvText, ReadsALoneRowAsCells) {
    EXPECT_EQ(csv_to_text("just,one"), "just; one");
    EXPECT_EQ(csv_to_text(""), "");
}

TEST(CsvText, EndsAnOpenQuoteWithTheText) {
    EXPECT_EQ(csv_to_text("a\n\"open, and\nmore"), "a: open, and more\n");
}

TEST(CsvText, TakesWindowsLineEnds) {
    EXPECT_EQ(csv_to_text("a,b\r\n1,2\r\n"), "a: 1; b: 2\n");
}

}  // namespace
}  // namespace cedar::host::store
