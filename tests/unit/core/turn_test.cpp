#include "host/core/turn.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

TEST(Turn, PreparesAPromptOfAtLeastThreeMessages) {
    const auto prompt = prepare_prompt({}, {});
    ASSERT_EQ(prompt.size(), 3U);
    EXPECT_EQ(prompt[0].role, "system");
    EXPECT_EQ(prompt[2].content, "(empty)");
}

TEST(Turn, PutsWhatExistsInTheOriginalsOrder) {
    ChatRequest request;
    request.content = "why?";
    Turn turn;
    turn.resources_json = R"({"files":[{"id":1}],"databases":[]})";
    turn.history_json = R"([{"role":"user"}])";
    turn.notes_json = "[]";
    turn.changelog_json = R"([{"when":"w"}])";
    turn.focus_json = R"({"file":{}})";
    turn.file_display_name = "a.txt";
    const auto prompt = prepare_prompt(request, turn);
    ASSERT_EQ(prompt.size(), 11U);
    EXPECT_NE(prompt[0].content.find("focused file"), std::string::npos);
    EXPECT_EQ(prompt[2].content, turn.resources_json);
    EXPECT_EQ(prompt[4].content, turn.history_json);
    EXPECT_EQ(prompt[6].content, turn.changelog_json);
    EXPECT_EQ(prompt[8].content, turn.focus_json);
    EXPECT_EQ(prompt[10].content, "why?");
}

TEST(Turn, LeavesOutWhatIsEmpty) {
    Turn turn;
    turn.resources_json = R"({"files":[],"databases":[]})";
    turn.history_json = turn.notes_json = turn.changelog_json = "[]";
    EXPECT_EQ(prepare_prompt({}, turn).size(), 3U);
}

TEST(Turn, ReplaysMessagesVerbatim) {
    ChatRequest request;
    request.content = "not used";
    request.replay_messages = {{"user", "as \"it\" was"}};
    EXPECT_EQ(prompt_to_json(prepare_prompt(request, {})), R"([{"role":"user","content":"as \"it\" was"}])");
}

TEST(Turn, TitlesAreTheFirstTenCharactersOfTheFirstLine) {
    EXPECT_EQ(title_from("How do I write"), "How do I w");
    EXPECT_EQ(title_from("\xC3\xA9\xC3\xA9\nmore"), "\xC3\xA9\xC3\xA9");
    EXPECT_EQ(title_from("a\r\nb"), "a");
    EXPECT_EQ(title_from(""), "(untitled)");
    EXPECT_EQ(title_from("\nb"), "(untitled)");
}

TEST(Turn, OnlyDefaultTitlesAreReplaced) {
    for (const auto* title : {"", "Ask", "New Thread", "File: a", "DB:x"}) EXPECT_TRUE(takes_title(title)) << title;
    for (const auto* title : {"Ask me", "file: a", "My thread"}) EXPECT_FALSE(takes_title(title)) << title;
}

}  // namespace
}  // namespace cedar::host
