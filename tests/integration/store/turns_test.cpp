#include "host/core/json.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace cedar::host::store {
namespace {

class TurnsTest : public StoreFixture {
protected:
    void SetUp() override {
        start();
        project_ = create("alpha").value().id;
    }
    TurnOutcome outcome_of(const Turn& turn, bool ok) const {
        TurnOutcome outcome;
        outcome.project_id = project_;
        outcome.branch_id = turn.branch_id;
        outcome.thread_id = turn.thread_id;
        outcome.run_id = "0123456789abcdef0123456789abcdef";
        outcome.ok = ok;
        outcome.text = ok ? "An answer." : "aggregator: no answer";
        outcome.prompt_json = R"([{"role":"system","content":"s"}])";
        outcome.results_json = R"([{"component":"a.b","status":"ok","error":null,"duration_ms":3}])";
        if (ok) outcome.final_json = R"({"function":"final","args":{"text":"An answer."}})";
        return outcome;
    }
    void run_sql(const std::string& sql) const { look(project_).execute(sql.c_str()); }

    std::int64_t project_ = 0;
};

TEST_F(TurnsTest, StoresTheUsersMessage) {
    const auto turn = say(project_, "What is it?").value();
    auto db = look(project_);
    EXPECT_EQ(column(db, "SELECT role || ': ' || content FROM thread_messages"),
              std::vector<std::string>{"user: What is it?"});
    EXPECT_EQ(column(db, "SELECT title FROM threads"), std::vector<std::string>{"What is it"});
    EXPECT_EQ(turn.history_json, R"([{"role":"user","title":null,"content":"What is it?"}])");
    EXPECT_EQ(turn.resources_json, R"({"files":[],"databases":[]})");
    EXPECT_EQ(turn.notes_json, "[]");
    EXPECT_EQ(turn.focus_json, "");
}

TEST_F(TurnsTest, WaitsInTheThreadAskForTheFirstMessage) {
    const auto empty = say(project_, "").value();
    EXPECT_EQ(empty.thread_title, "Ask");
    EXPECT_FALSE(empty.title_changed);
    EXPECT_EQ(say(project_, "").value().thread_id, empty.thread_id);
    const auto named = say(project_, "First\nline").value();
    EXPECT_EQ(named.thread_id, empty.thread_id);
    EXPECT_EQ(named.thread_title, "First");
    EXPECT_NE(say(project_, "Second").value().thread_id, empty.thread_id);
    auto db = look(project_);
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages"), 2);
}

TEST_F(TurnsTest, FallsBackToMainAndAskForIdsThatAreNotHere) {
    ChatRequest request;
    request.content = "hello";
    request.branch_id = 77;
    request.thread_id = 88;
    request.file_id = 99;
    request.dataset_id = 99;
    const auto turn = open_turn(project_, request).value();
    EXPECT_EQ(turn.branch_id, 1);
    EXPECT_NE(turn.thread_id, 88);
    EXPECT_EQ(turn.file_display_name, "");
    EXPECT_EQ(turn.focus_json, "");
}

TEST_F(TurnsTest, KeepsTheAnswerWithItsCall) {
    const auto turn = say(project_, "What is it?").value();
    auto outcome = outcome_of(turn, true);
    outcome.title = "A new title";
    outcome.changelog_summary = "Answered.";
    ASSERT_TRUE(close_turn(outcome));
    auto db = look(project_);
    EXPECT_EQ(column(db, "SELECT role || '|' || display_title || '|' || content FROM thread_messages WHERE id > 1"),
              (std::vector<std::string>{"assistant|Assistant|Prepared LLM prompt",
                                        "system|Components|Component results", "assistant|Final|An answer."}));
    EXPECT_EQ(column(db, "SELECT payload_json FROM thread_messages WHERE display_title = 'Final'")[0],
              outcome.final_json);
    EXPECT_EQ(column(db, "SELECT action || ': ' || summary_text FROM changelog_entries"),
              std::vector<std::string>{"chat.final: Answered."});
    EXPECT_TRUE(check_json(column(db, "SELECT output_json FROM changelog_entries")[0]));
    EXPECT_EQ(column(db, "SELECT title FROM threads"), std::vector<std::string>{"What is it"}) << "it had a title";
}

TEST_F(TurnsTest, NamesAThreadAfterItsAnswerWhileNobodyElseHas) {
    const auto turn = say(project_, "").value();
    auto outcome = outcome_of(turn, true);
    outcome.title = std::string(150, 't');
    ASSERT_TRUE(close_turn(outcome));
    auto db = look(project_);
    EXPECT_EQ(column(db, "SELECT title FROM threads"), std::vector<std::string>{std::string(100, 't')});
}

TEST_F(TurnsTest, KeepsAnErrorAsAMessageThatSaysSo) {
    const auto turn = say(project_, "What?").value();
    ASSERT_TRUE(close_turn(outcome_of(turn, false)));
    auto db = look(project_);
    EXPECT_EQ(column(db, "SELECT role || '|' || content FROM thread_messages WHERE display_title = 'Error'"),
              std::vector<std::string>{"assistant|aggregator: no answer"});
    EXPECT_EQ(db.integer("SELECT count(*) FROM changelog_entries"), 0);
}

TEST_F(TurnsTest, LeavesPromptsAndResultsOutOfLaterHistories) {
    const auto turn = say(project_, "one").value();
    ASSERT_TRUE(close_turn(outcome_of(turn, true)));
    EXPECT_EQ(say(project_, "two", turn.thread_id).value().history_json,
              R"([{"role":"user","title":null,"content":"one"},)"
              R"({"role":"assistant","title":"Final","content":"An answer."},)"
              R"({"role":"user","title":null,"content":"two"}])");
}

TEST_F(TurnsTest, TellsTheLastFifteenMessagesOldestFirst) {
    const auto first = say(project_, "m0").value();
    Turn last;
    for (int i = 1; i < 20; ++i) last = say(project_, "m" + std::to_string(i), first.thread_id).value();
    EXPECT_TRUE(last.history_json.starts_with(R"([{"role":"user","title":null,"content":"m5"})"));
    EXPECT_TRUE(last.history_json.ends_with(R"("content":"m19"}])"));
}

TEST_F(TurnsTest, CutsLongMessagesByCharacters) {
    std::string text;
    for (int i = 0; i < 3000; ++i) text += "ä";
    const auto history = say(project_, text).value().history_json;
    EXPECT_TRUE(check_json(history));
    EXPECT_EQ(history.size(), std::string_view(R"([{"role":"user","title":null,"content":""}])").size() + 4000);
}

TEST_F(TurnsTest, ReadsTheContext) {
    run_sql(
        "INSERT INTO branches VALUES(2, 1, 'side', 0, ''), (3, 1, 'other', 0, '');"
        "INSERT INTO files(id, project_id, branch_id, filename, display_name, file_type, structure, created_at, "
        "ai_title, "
        "ai_description) VALUES(1, 1, 1, 'f', 'main.md', 'markdown', 'sources', '', 'T', 'D'),"
        "(2, 1, 2, 'f', 'side.md', NULL, NULL, '', NULL, NULL), (3, 1, 3, 'f', 'other.md', NULL, NULL, '', NULL, "
        "NULL);"
        "INSERT INTO datasets VALUES(1, 1, 1, 'table', 'rows \"of\" it', '');"
        "INSERT INTO notes VALUES(1, 1, 1, 'on main', '[\"a\"]', 'w'), (2, 1, 2, 'on side', 'no json', 'w');"
        "INSERT INTO changelog_entries VALUES(1, 1, 2, 'file.import', NULL, NULL, 'did', 'w')");
    ChatRequest request;
    request.content = "x";
    request.branch_id = 2;
    request.file_id = 1;
    request.dataset_id = 1;
    const auto turn = open_turn(project_, request).value();
    EXPECT_EQ(turn.branch_id, 2);
    EXPECT_EQ(turn.resources_json.find("other.md"), std::string::npos) << "another branch is not seen";
    EXPECT_LT(turn.resources_json.find("side.md"), turn.resources_json.find("main.md")) << "newest first";
    EXPECT_EQ(turn.notes_json, R"([{"id":2,"tags":null,"content":"on side","created_at":"w"}])");
    EXPECT_EQ(turn.changelog_json, R"([{"when":"w","action":"file.import","summary":"did"}])");
    EXPECT_EQ(
        turn.focus_json,
        R"({"file":{"display_name":"main.md","file_type":"markdown","structure":"sources","ai_title":"T",)"
        R"("ai_category":null,"ai_description":"D"},"dataset":{"name":"table","description":"rows \"of\" it"}})");
    EXPECT_EQ(turn.file_display_name, "main.md");
    EXPECT_EQ(turn.file_type, "markdown");
    request.branch_id.reset();
    EXPECT_NE(open_turn(project_, request).value().resources_json.find("other.md"), std::string::npos)
        << "Main sees all";
}

TEST_F(TurnsTest, SaysThatTheThreadIsGone) {
    auto outcome = outcome_of(say(project_, "x").value(), true);
    outcome.thread_id = 4711;
    EXPECT_EQ(close_turn(outcome).error().message, "there is no thread 4711 in this project");
    auto db = look(project_);
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages"), 1);
}

}  // namespace
}  // namespace cedar::host::store
