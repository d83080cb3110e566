#pragma once
#include "host/worker/worker_session.hpp"

namespace cedar::host::worker {

// What the runtime inside a worker is told.
[[nodiscard]] runtime::InProcessOptions options_of(const StartMessage& start, runtime::IdleSource& source);
// The end of an invocation that could not begin.
[[nodiscard]] EndedMessage refused(const std::string& why);

struct WorkerSession::Scope : InvocationScope {
    std::uint64_t invocation = 0;
};

// Sends each end and each emission to the host; slots are the host's numbers of invocations.
class WorkerSession::Answers final : public InvocationObserver {
public:
    explicit Answers(WorkerSession& session) : session_(session) {}
    void on_ended(std::size_t slot, ComponentResult result) override;
    void on_emitted(std::size_t slot, EmitKind kind, std::string json) override;

private:
    WorkerSession& session_;
};

class WorkerSession::Lines final : public Log {
public:
    explicit Lines(WorkerSession& session) : session_(session) {}
    void write(const LogRecord& record) override;

private:
    WorkerSession& session_;
};

// A service of the host's, asked over the socket.
class WorkerSession::Remote final : public Service {
public:
    Remote(WorkerSession& session, std::string name) : session_(session), name_(std::move(name)) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        return session_.call(call, name_, std::move(done));
    }

private:
    WorkerSession& session_;
    const std::string name_;
};

}  // namespace cedar::host::worker
