#include "tests/integration/store/store_fixture.hpp"

#include <thread>

namespace cedar::host::store {
namespace {

class SqliteStoreTest : public StoreFixture {
protected:
    void SetUp() override { start(); }
};

TEST_F(SqliteStoreTest, TrimsTitlesAndCountsCharacters) {
    EXPECT_EQ(create("  alpha \n").value().title, "alpha");
    std::string long_title;
    for (int i = 0; i < 255; ++i) long_title += "ä";
    EXPECT_TRUE(create(long_title));
    EXPECT_EQ(create(long_title + "ä").error().message, "project title: expected 1 to 255 characters, got 256");
    EXPECT_EQ(create("bad \xFF").error().code, ErrorCode::invalid_argument);
}

TEST_F(SqliteStoreTest, MakesMainAndVersionsWithAProject) {
    const auto project = create("alpha").value();
    auto db = look(project.id);
    EXPECT_EQ(column(db, "SELECT name FROM branches WHERE is_default"), std::vector<std::string>{"Main"});
    EXPECT_EQ(column(db, "SELECT title FROM projects WHERE id = " + std::to_string(project.id)),
              std::vector<std::string>{"alpha"});
    EXPECT_EQ(column(db, "SELECT entity_type FROM versions"), std::vector<std::string>{"branch"});
    auto registry = look(layout().registry());
    EXPECT_EQ(column(registry, "SELECT entity_type FROM versions"), std::vector<std::string>{"project"});
}

TEST_F(SqliteStoreTest, NeverGivesAProjectIdOutTwice) {
    const auto first = create("alpha").value();
    stop();
    {
        auto registry = look(layout().registry());
        registry.execute("DELETE FROM projects");
    }
    start();
    EXPECT_GT(create("beta").value().id, first.id);
}

TEST_F(SqliteStoreTest, GivesThreadIdsThatAreUniqueAcrossProjects) {
    const auto one = create("one").value(), two = create("two").value();
    const auto a = say(one.id, "a").value(), b = say(two.id, "b").value(), c = say(one.id, "c").value();
    EXPECT_NE(a.thread_id, b.thread_id);
    EXPECT_NE(b.thread_id, c.thread_id);
    EXPECT_NE(a.thread_id, c.thread_id);
}

TEST_F(SqliteStoreTest, DoesNotReuseThreadIdsOfAProjectThatOthersFilled) {
    const auto project = create("one").value();
    stop();
    {
        auto db = look(project.id);
        db.execute("INSERT INTO threads VALUES(900, 1, 1, 'old', '2020-01-01')");
    }
    start();
    EXPECT_GT(say(project.id, "new").value().thread_id, 900);
}

TEST_F(SqliteStoreTest, KeepsFewerProjectsOpenThanThereAre) {
    for (int round = 0; round < 2; ++round) {
        for (const auto* title : {"a", "b", "c", "d", "e"}) {
            const auto project = create(title).value();
            EXPECT_TRUE(say(project.id, "hello"));
        }
    }
    auto db = look(5);
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages"), 2);
}

TEST_F(SqliteStoreTest, AnswersUnavailableAfterClose) {
    store_->close();
    const auto refused = create("alpha");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_EQ(refused.error().message, "the store is closed");
}

TEST_F(SqliteStoreTest, SaysThatAProjectIsNotThere) {
    EXPECT_EQ(say(99, "x").error().message, "there is no project 99");
    EXPECT_EQ(search(99, "x").error().code, ErrorCode::not_found);
    TurnOutcome outcome;
    outcome.project_id = 99;
    EXPECT_EQ(close_turn(outcome).error().code, ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(layout().project(99)));
}

TEST_F(SqliteStoreTest, LetsTwoStoresCreateOneTitleAtOnce) {
    const auto wait = StoreOptions{}.busy_timeout;  // whoever comes second waits for the first
    store_ = open_store(wait).value();
    auto other = open_store(wait).value();
    for (int round = 0; round < 20; ++round) {
        const std::string title = "round " + std::to_string(round);
        Result<Project> theirs = Project{};
        std::thread thread(
            [&] { theirs = ask<Project>([&](auto done) { other->create_project(title, std::move(done)); }); });
        const auto ours = create(title);
        thread.join();
        ASSERT_TRUE(ours) << ours.error().message;
        ASSERT_TRUE(theirs) << theirs.error().message;
        EXPECT_EQ(ours->id, theirs->id);
    }
}

TEST_F(SqliteStoreTest, SaysThatAnotherProcessHoldsTheLock) {
    const auto project = create("alpha").value();
    auto db = look(project.id);
    Transaction holds(db);
    const auto refused = say(project.id, "hello");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(refused.error().message.ends_with("database.db: the database is locked by another process"));
    EXPECT_EQ(log_.count("store", "locked by another process"), 1U);
}

TEST_F(SqliteStoreTest, WritesWhileAnotherConnectionReads) {
    const auto project = create("alpha").value();
    auto db = look(project.id);
    db.execute("BEGIN");
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages"), 0);
    EXPECT_TRUE(say(project.id, "hello"));
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages"), 0) << "the reader's snapshot";
    db.execute("COMMIT");
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages"), 1);
}

}  // namespace
}  // namespace cedar::host::store
