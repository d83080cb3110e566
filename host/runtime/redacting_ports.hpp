#pragma once
#include "host/core/redactor.hpp"
#include "host/ports/event_log.hpp"
#include "host/ports/log.hpp"
#include "host/ports/runs.hpp"
#include "host/ports/service.hpp"
#include "host/ports/store.hpp"

#include <memory>
#include <utility>

namespace cedar::host::runtime {

// The ports again, each in front of the real one, with secrets taken out of what passes. Put between whoever
// makes text and every sink. Ownership: the real ports and the redactor outlive them. Thread: any.

class RedactingLog final : public Log {
public:
    RedactingLog(Log& real, const Redactor& redactor) : real_(real), redactor_(redactor) {}
    void write(const LogRecord& record) override;

private:
    Log& real_;
    const Redactor& redactor_;
};

class RedactingEventLog final : public EventLog {
public:
    RedactingEventLog(EventLog& real, const Redactor& redactor) : real_(real), redactor_(redactor) {}
    void append(const EventPtr& event) override;
    void append_all(std::span<const EventPtr> events) override;
    [[nodiscard]] std::vector<EventPtr> read(std::string_view run_id, std::uint64_t after_seq) const override {
        return real_.read(run_id, after_seq);
    }
    void fetch(std::string run_id, std::uint64_t after_seq, std::function<void(RunPage)> done) const override {
        real_.fetch(std::move(run_id), after_seq, std::move(done));
    }
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                          std::function<void()> wake) override {
        return real_.subscribe(run_id, std::move(wake));
    }

private:
    EventLog& real_;
    const Redactor& redactor_;
};

// What a user typed loses its secrets before anything is made of it: no store, prompt or component sees them.
class RedactingRuns final : public Runs {
public:
    RedactingRuns(Runs& real, const Redactor& redactor) : real_(real), redactor_(redactor) {}
    [[nodiscard]] RunTicket submit(std::int64_t project_id, ChatRequest request) override;
    bool cancel(std::string_view run_id, std::string reason) override {
        return real_.cancel(run_id, std::move(reason));
    }

private:
    Runs& real_;
    const Redactor& redactor_;
};

// Outcomes and titles on their way into the database; reading is passed on as it is.
class RedactingStore final : public Store {
public:
    RedactingStore(Store& real, const Redactor& redactor) : real_(real), redactor_(redactor) {}
    void list_projects(Done<std::vector<Project>> done) override { real_.list_projects(std::move(done)); }
    void find_project(std::int64_t id, Done<Project> done) override { real_.find_project(id, std::move(done)); }
    void find_project_by_title(std::string title, Done<Project> done) override {
        real_.find_project_by_title(redactor_.redact(title), std::move(done));
    }
    void create_project(std::string title, Done<Project> done) override {
        real_.create_project(redactor_.redact(title), std::move(done));
    }
    void open_turn(TurnRequest request, Done<Turn> done) override {
        real_.open_turn(std::move(request), std::move(done));
    }
    void close_turn(TurnOutcome outcome, Done<void> done) override;
    void search(SearchQuery query, Done<std::vector<Passage>> done) override {
        real_.search(std::move(query), std::move(done));
    }

private:
    Store& real_;
    const Redactor& redactor_;
};

// What a component sends out of the process through a service: documents are stored as they came in, so their
// passages may have anything in them.
class RedactingService final : public Service {
public:
    RedactingService(std::shared_ptr<Service> real, const Redactor& redactor)
        : real_(std::move(real)), redactor_(redactor) {}
    [[nodiscard]] std::string_view name() const override { return real_->name(); }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override;

private:
    std::shared_ptr<Service> real_;
    const Redactor& redactor_;
};

}  // namespace cedar::host::runtime
