#include "host/ports/store.hpp"

#include "host/store/sqlite_store.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace cedar::host {
namespace {

// A store under test, with whatever it lives on.
struct Subject {
    virtual ~Subject() = default;
    virtual Store& store() = 0;
};

struct FakeSubject final : Subject {
    Store& store() override { return fake; }
    FakeStore fake;
};

struct SqliteSubject final : Subject {
    SqliteSubject() {
        store::StoreOptions options;
        options.data_dir = folder.path();
        sqlite = store::SqliteStore::open(options, clock, log).value();
    }
    Store& store() override { return *sqlite; }
    TempFolder folder;
    FakeClock clock;
    RecordingLog log;
    std::unique_ptr<store::SqliteStore> sqlite;
};

using MakeSubject = std::unique_ptr<Subject> (*)();

class StoreContract : public testing::TestWithParam<std::pair<const char*, MakeSubject>> {
protected:
    Result<Project> create(const std::string& title) {
        return ask<Project>([&](auto done) { store_.create_project(title, std::move(done)); });
    }
    Result<Turn> open_turn(std::int64_t project, const std::string& content,
                           std::optional<std::int64_t> thread = {}) {
        TurnRequest request;
        request.project_id = project;
        request.run_id = "0123456789abcdef0123456789abcdef";
        request.request.content = content;
        request.request.thread_id = thread;
        return ask<Turn>([&](auto done) { store_.open_turn(request, std::move(done)); });
    }

    std::unique_ptr<Subject> subject_ = GetParam().second();
    Store& store_ = subject_->store();
};

TEST_P(StoreContract, CreatesAProjectOncePerTitle) {
    const auto first = create("alpha").value();
    const auto again = create("alpha").value();
    const auto other = create("beta").value();
    EXPECT_GT(first.id, 0);
    EXPECT_EQ(first.id, again.id);
    EXPECT_NE(first.id, other.id);
    EXPECT_EQ(first.title, "alpha");
    EXPECT_EQ(first.created_at, "2026-01-02 03:04:05");
}

TEST_P(StoreContract, RefusesATitleThatIsBlankOrTooLong) {
    for (const auto& title : {std::string(), std::string(" \t\n"), std::string(256, 'x')}) {
        const auto refused = create(title);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_TRUE(create(std::string(255, 'x')));
}

TEST_P(StoreContract, FindsAProjectByIdAndByTitle) {
    const auto made = create("alpha").value();
    const auto by_id = ask<Project>([&](auto done) { store_.find_project(made.id, std::move(done)); });
    EXPECT_EQ(by_id.value().title, "alpha");
    const auto by_title = ask<Project>([&](auto done) { store_.find_project_by_title("alpha", std::move(done)); });
    EXPECT_EQ(by_title.value().id, made.id);
}

TEST_P(StoreContract, SaysThatAProjectIsNotThere) {
    const auto by_id = ask<Project>([&](auto done) { store_.find_project(4711, std::move(done)); });
    EXPECT_EQ(by_id.error().code, ErrorCode::not_found);
    const auto by_title = ask<Project>([&](auto done) { store_.find_project_by_title("none", std::move(done)); });
    EXPECT_EQ(by_title.error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, ListsTheNewestProjectFirst) {
    create("alpha").value();
    create("beta").value();
    const auto all = ask<std::vector<Project>>([&](auto done) { store_.list_projects(std::move(done)); }).value();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].title, "beta");
    EXPECT_EQ(all[1].title, "alpha");
}

TEST_P(StoreContract, OpensATurnInAThreadThatItsFirstMessageNames) {
    const auto project = create("alpha").value();
    const auto turn = open_turn(project.id, "What is a component?").value();
    EXPECT_GT(turn.branch_id, 0);
    EXPECT_GT(turn.thread_id, 0);
    EXPECT_EQ(turn.thread_title, "What is a ");
    EXPECT_TRUE(turn.title_changed);
}

TEST_P(StoreContract, GoesOnInTheThreadThatIsAskedFor) {
    const auto project = create("alpha").value();
    const auto first = open_turn(project.id, "one").value();
    const auto other = open_turn(project.id, "two").value();
    EXPECT_NE(first.thread_id, other.thread_id);
    EXPECT_EQ(open_turn(project.id, "three", first.thread_id).value().thread_id, first.thread_id);
}

TEST_P(StoreContract, ClosesATurn) {
    const auto project = create("alpha").value();
    const auto turn = open_turn(project.id, "one").value();
    TurnOutcome outcome;
    outcome.project_id = project.id;
    outcome.branch_id = turn.branch_id;
    outcome.thread_id = turn.thread_id;
    outcome.ok = true;
    outcome.text = "An answer.";
    EXPECT_TRUE(ask<void>([&](auto done) { store_.close_turn(outcome, std::move(done)); }));
}

TEST_P(StoreContract, FindsNothingInAnEmptyProject) {
    const auto project = create("alpha").value();
    for (const auto* text : {"word", "", "\"", "C++ don't NEAR( *"}) {
        const auto found = ask<std::vector<Passage>>([&](auto done) {
            store_.search({project.id, text, std::nullopt, 5}, std::move(done));
        });
        ASSERT_TRUE(found) << text;
        EXPECT_TRUE(found->empty()) << text;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreContract,
    testing::Values(
        std::pair<const char*, MakeSubject>{"Fake", [] { return std::unique_ptr<Subject>(new FakeSubject); }},
        std::pair<const char*, MakeSubject>{"Sqlite", [] { return std::unique_ptr<Subject>(new SqliteSubject); }}),
    [](const auto& chosen) { return chosen.param.first; });

}  // namespace
}  // namespace cedar::host
