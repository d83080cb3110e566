#include "tests/integration/store/store_fixture.hpp"

namespace cedar::host::store {
namespace {

class SearchTest : public StoreFixture {
protected:
    void SetUp() override {
        start();
        project_ = create("alpha").value().id;
    }
    void add(const std::string& name, const std::string& text) {
        const auto report = import(project_, {folder_.write("in/" + name, text)});
        ASSERT_TRUE(report) << report.error().message;
        ASSERT_EQ(report->imported, 1U) << (report->skipped.empty() ? "" : report->skipped[0].reason);
    }
    // The sources of what was found, best first.
    std::vector<std::string> sources(const std::string& text) {
        std::vector<std::string> names;
        for (const auto& passage : search(project_, text).value()) names.push_back(passage.source);
        return names;
    }
    std::int64_t project_ = 0;
};

using Names = std::vector<std::string>;

TEST_F(SearchTest, FindsPassagesWithTheirPlace) {
    add("guide.md", "# Guide\n\nÄ component answers questions.");
    const auto found = search(project_, "answering components").value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].chunk_id, "1:000000");
    EXPECT_EQ(found[0].file_id, 1);
    EXPECT_EQ(found[0].source, "guide.md");
    EXPECT_EQ(found[0].char_start, 0);
    EXPECT_EQ(found[0].char_end, 39);
    EXPECT_GT(found[0].score, 0);
}

TEST_F(SearchTest, RanksTheBetterPassageFirst) {
    add("a.md",
        "Deadlines are mentioned once in this longer text about many other things that do not matter here.");
    add("b.md", "Deadlines, deadlines and a deadline: fan-out.");
    add("c.md", "Nothing of the kind.");
    const auto found = search(project_, "the fan-out deadline").value();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].source, "b.md");
    EXPECT_GT(found[0].score, found[1].score);
}

TEST_F(SearchTest, TellsCPlusPlusFromC) {
    add("c.md", "C is a language. C code is C code, C and C.");
    add("cpp.md", "Components are written in C++20 or in plain languages.");
    add("sharp.md", "C# runs elsewhere.");
    EXPECT_EQ(sources("C++").front(), "cpp.md");
    EXPECT_EQ(sources("what about c++?").front(), "cpp.md");
    EXPECT_EQ(sources("C#").front(), "sharp.md");
}

TEST_F(SearchTest, FindsWordsWithApostrophes) {
    add("a.md", "We don't know.");
    EXPECT_EQ(sources("don't"), Names{"a.md"});
}

TEST_F(SearchTest, FindsChineseInsideAndEmoji) {
    add("cn.md", "我们使用数据库存储。");
    add("party.md", "Done 🎉 at last");
    EXPECT_EQ(sources("数据库"), Names{"cn.md"});
    EXPECT_EQ(sources("🎉"), Names{"party.md"});
}

TEST_F(SearchTest, NeverFailsOnWhatAUserWrites) {
    add("a.md", "NEAR the table: AND OR NOT \" * ( ) { } ^ - + : don't C++ x");
    std::string long_text;
    while (long_text.size() < 10'240) long_text += "word" + std::to_string(long_text.size()) + " \" ( ";
    for (const auto& text : {std::string("\""),
                             std::string("*"),
                             std::string("NEAR("),
                             std::string("NEAR(a b, 3)"),
                             std::string("AND"),
                             std::string("a OR"),
                             std::string("-x"),
                             std::string("^x"),
                             std::string("text:x"),
                             std::string("{x}"),
                             std::string("x AND (y"),
                             std::string("''"),
                             std::string("\0x\0", 3),
                             std::string("\xFF\xFE"),
                             std::string("%_"),
                             std::string("a\nb"),
                             std::string("\xF0\x9F\x91\xA9\xE2\x80\x8D"),
                             std::string(10'240, 'x'),
                             std::string(10'240, '"'),
                             long_text}) {
        EXPECT_TRUE(search(project_, text)) << text.substr(0, 40);
    }
    EXPECT_EQ(sources("NEAR("), Names{"a.md"});
}

TEST_F(SearchTest, KeepsToTheLimitTheFileAndTheProject) {
    for (int i = 0; i < 8; ++i)
        add("f" + std::to_string(i) + ".md", "the same words everywhere " + std::to_string(i));
    add("odd.md", "a passage of another kind, so that words have weight");
    EXPECT_EQ(search(project_, "words", 3).value().size(), 3U);
    const auto of_file = search(project_, "words", 20, 4).value();
    ASSERT_EQ(of_file.size(), 1U);
    EXPECT_EQ(of_file[0].file_id, 4);
    EXPECT_TRUE(search(create("beta").value().id, "words").value().empty());
    EXPECT_EQ(search(project_, "words", 0).error().message, "search limit: expected 1 to 200, got 0");
    EXPECT_EQ(search(project_, "words", 201).error().code, ErrorCode::invalid_argument);
}

TEST_F(SearchTest, BuildsTheIndexAnewWhenItDoesNotFit) {
    add("a.md", "Zebras graze.");
    add("b.md", "Lions sleep.");
    stop();
    look(project_).execute("DELETE FROM doc_chunks_fts WHERE rowid = 2");
    start();
    EXPECT_EQ(sources("lions"), Names{"b.md"});
    EXPECT_EQ(log_.count("store", "it is built anew"), 1U);
}

}  // namespace
}  // namespace cedar::host::store
