#pragma once
#include "host/ports/store.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host {

// A store in memory. It answers before the call returns, unless `hold()` was called: then the answers wait for
// `release()`. `fail_with` makes every later call fail. Thread: any.
class FakeStore final : public Store {
    template <class F>
    auto locked(F f) {  // first: what it returns has to be known below
        const std::lock_guard lock(mutex_);
        return f();
    }

public:
    void list_projects(Done<std::vector<Project>> done) override {
        reply(std::move(done), [this]() -> Result<std::vector<Project>> {
            return std::vector<Project>(projects_.rbegin(), projects_.rend());
        });
    }
    void find_project(std::int64_t id, Done<Project> done) override {
        reply(std::move(done), [this, id]() { return find([id](const Project& p) { return p.id == id; }); });
    }
    void find_project_by_title(std::string title, Done<Project> done) override {
        reply(std::move(done),
              [this, title]() { return find([&](const Project& p) { return p.title == title; }); });
    }
    void create_project(std::string title, Done<Project> done) override {
        reply(std::move(done), [this, title]() -> Result<Project> {
            if (title.find_first_not_of(" \t\r\n") == std::string::npos || title.size() > 255)
                return Error{ErrorCode::invalid_argument, "title: expected 1 to 255 characters, not blank", {}};
            auto found = find([&](const Project& p) { return p.title == title; });
            if (found) return found;
            projects_.push_back({static_cast<std::int64_t>(projects_.size()) + 1, title, "2026-01-02 03:04:05"});
            return projects_.back();
        });
    }
    void open_turn(TurnRequest request, Done<Turn> done) override {
        reply(std::move(done), [this, request]() -> Result<Turn> {
            requests_.push_back(request);
            auto turn = next_turn_;
            turn.thread_id = request.request.thread_id.value_or(++last_thread_);
            turn.branch_id = request.request.branch_id.value_or(1);
            if (turn.thread_title.empty()) {
                turn.thread_title = title_from(request.request.content);
                turn.title_changed = !request.request.content.empty();
            }
            return turn;
        });
    }
    void close_turn(TurnOutcome outcome, Done<void> done) override {
        reply(std::move(done), [this, outcome]() -> Result<void> {
            outcomes_.push_back(outcome);
            return {};
        });
    }
    void search(SearchQuery query, Done<std::vector<Passage>> done) override {
        reply(std::move(done), [this, query]() -> Result<std::vector<Passage>> {
            queries_.push_back(query);
            auto passages = passages_;
            if (passages.size() > query.limit) passages.resize(query.limit);
            return passages;
        });
    }

    // What the test sets before.
    void add_project(Project project) {
        locked([&] { projects_.push_back(std::move(project)); });
    }
    void set_turn(Turn turn) {
        locked([&] { next_turn_ = std::move(turn); });
    }  // ids are filled in
    void set_passages(std::vector<Passage> passages) {
        locked([&] { passages_ = std::move(passages); });
    }
    void fail_with(std::optional<Error> error) {
        locked([&] { failure_ = std::move(error); });
    }
    void hold() {
        locked([&] { held_ = true; });
    }
    void release() {
        std::vector<std::function<void()>> waiting;
        locked([&] {
            held_ = false;
            waiting.swap(waiting_);
        });
        for (const auto& answer : waiting) answer();
    }

    // What the test sees after.
    [[nodiscard]] std::vector<TurnRequest> requests() {
        return locked([&] { return requests_; });
    }
    [[nodiscard]] std::vector<TurnOutcome> outcomes() {
        return locked([&] { return outcomes_; });
    }
    [[nodiscard]] std::vector<SearchQuery> queries() {
        return locked([&] { return queries_; });
    }

private:
    template <class F>
    [[nodiscard]] Result<Project> find(F matches) const {
        for (const auto& project : projects_)
            if (matches(project)) return project;
        return Error{ErrorCode::not_found, "no such project", {}};
    }
    // `make` runs under the lock, `done` without it.
    template <class T, class F>
    void reply(Done<T> done, F make) {
        std::function<void()> answer = [this, done = std::move(done), make = std::move(make)] {
            done(locked([&]() -> Result<T> {
                if (failure_) return *failure_;
                return make();
            }));
        };
        if (locked([&] {
                if (held_) waiting_.push_back(answer);
                return held_;
            }))
            return;
        answer();
    }

    std::mutex mutex_;
    std::vector<Project> projects_;
    std::vector<TurnRequest> requests_;
    std::vector<TurnOutcome> outcomes_;
    std::vector<SearchQuery> queries_;
    std::vector<Passage> passages_;
    std::vector<std::function<void()>> waiting_;
    std::optional<Error> failure_;
    Turn next_turn_;
    std::int64_t last_thread_ = 0;
    bool held_ = false;
};

}  // namespace cedar::host
