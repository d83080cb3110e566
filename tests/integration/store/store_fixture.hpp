#pragma once
#include "host/store/database.hpp"
#include "host/store/importer.hpp"
#include "host/store/layout.hpp"
#include "host/store/sqlite_store.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host::store {

// A real store in a folder of its own, and a look at its files.
class StoreFixture : public testing::Test {
protected:
    [[nodiscard]] Result<std::unique_ptr<SqliteStore>> open_store(
        std::chrono::milliseconds busy_timeout = std::chrono::milliseconds(200)) {
        StoreOptions options;
        options.data_dir = folder_ / "data";
        options.busy_timeout = busy_timeout;
        options.open_projects_max = 2;
        return SqliteStore::open(options, clock_, log_);
    }
    void start() { store_ = open_store().value(); }
    void stop() { store_.reset(); }

    Result<Project> create(const std::string& title) {
        return ask<Project>([&](auto done) { store_->create_project(title, std::move(done)); });
    }
    Result<Turn> open_turn(std::int64_t project, ChatRequest request) {
        TurnRequest turn{project, "0123456789abcdef0123456789abcdef", std::move(request)};
        return ask<Turn>([&](auto done) { store_->open_turn(turn, std::move(done)); });
    }
    Result<Turn> say(std::int64_t project, const std::string& content, std::optional<std::int64_t> thread = {}) {
        ChatRequest request;
        request.content = content;
        request.thread_id = thread;
        return open_turn(project, request);
    }
    Result<void> close_turn(const TurnOutcome& outcome) {
        return ask<void>([&](auto done) { store_->close_turn(outcome, std::move(done)); });
    }
    Result<std::vector<Passage>> search(std::int64_t project, const std::string& text, std::uint32_t limit = 20,
                                        std::optional<std::int64_t> file = {}) {
        return ask<std::vector<Passage>>([&](auto done) {
            store_->search({project, text, file, limit}, std::move(done));
        });
    }
    Result<ImportReport> import(std::int64_t project, const std::vector<std::filesystem::path>& paths,
                                ImportOptions options = {}, const Importer::Progress& progress = {}) {
        return Importer(folder_ / "data", clock_, log_).import(project, paths, options, progress);
    }

    [[nodiscard]] Layout layout() const { return Layout(folder_ / "data"); }
    [[nodiscard]] Database look(const std::filesystem::path& file) const {
        return Database::open(file, std::chrono::milliseconds(200));
    }
    [[nodiscard]] Database look(std::int64_t project) const { return look(layout().project_database(project)); }
    // First column of every row, as text.
    static std::vector<std::string> column(Database& db, std::string_view sql) {
        std::vector<std::string> values;
        auto rows = db.prepare(sql);
        while (rows.step()) values.emplace_back(rows.text(0));
        return values;
    }

    TempFolder folder_;
    FakeClock clock_;
    RecordingLog log_;
    std::unique_ptr<SqliteStore> store_;
};

}  // namespace cedar::host::store
