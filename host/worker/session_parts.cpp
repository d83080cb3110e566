#include "host/worker/session_parts.hpp"

#include "host/worker/limits.hpp"
#include "host/worker/probe_session.hpp"
#include "host/worker/sandbox.hpp"
#include "host/worker/worker_process.hpp"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>

namespace cedar::host::worker {
namespace {

constexpr std::size_t kHostFrameMax = std::size_t{256} << 20;  // the host is trusted; this is against mistakes

// What came over the boundary, on its way to the host that will judge it. `attempts` carries nothing here.
ComponentResult unjudged(const Component&, RawOutcome&& outcome, std::size_t) {
    ComponentResult result;
    result.status = ResultStatus::ok;
    result.content = std::move(outcome.body);
    result.error = ComponentError{std::to_string(outcome.status),
                                  std::move(outcome.error_json),
                                  {},
                                  outcome.answered,
                                  ErrorSource::component};
    result.duration = outcome.duration;
    return result;
}

void send_all(int socket, const std::string& frame) {
    static_cast<void>(::send(socket, frame.data(), frame.size(), MSG_NOSIGNAL));
}

void probe(int socket, const Frame& frame) {
    static ProbeTable table;
    LoadMessage request;
    if (!decode(frame.body, request)) std::_Exit(3);
    send_all(socket, encode(FrameType::verdict, frame.id, probe_library(request, table)));
}

Frame next_frame(int socket, FrameBuffer& received) {
    for (;;) {
        if (auto frame = received.next()) return *frame;
        if (received.fill(socket, true) == FrameBuffer::Filled::closed) std::_Exit(0);
    }
}

// Alone, in a group of its own, and gone when the host is.
void settle_in(const StartMessage& start) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != start.host_pid) std::_Exit(0);  // the host ended before the signal was set
    std::signal(SIGPIPE, SIG_IGN);
    ::mallopt(M_ARENA_MAX, 1);  // few threads, little memory
    ::setenv("TMPDIR", start.temp_folder.empty() ? "/nonexistent" : start.temp_folder.c_str(), 1);
    ::umask(077);
    if (::chdir(start.temp_folder.empty() ? "/" : start.temp_folder.c_str()) != 0 && ::chdir("/") != 0)
        std::_Exit(3);
}

}  // namespace

void run_session(int socket) {
    FrameBuffer received(kHostFrameMax);
    const Frame first = next_frame(socket, received);
    StartMessage start;
    if (first.type != FrameType::start || !decode(first.body, start)) std::_Exit(3);
    settle_in(start);
    send_all(socket, encode(FrameType::hello, 0, HelloMessage{confine(start), {}}));
    if (!start.probes) {
        // Never destroyed, not even when a component calls exit(): its threads go on.
        auto* session = std::make_unique<WorkerSession>(socket, std::move(received), start).release();
        session->run();
        std::_Exit(0);
    }
    for (;;) {
        const Frame frame = next_frame(socket, received);
        if (frame.type != FrameType::probe) std::_Exit(3);
        probe(socket, frame);
    }
}

runtime::InProcessOptions options_of(const StartMessage& start, runtime::IdleSource& source) {
    runtime::InProcessOptions options;
    options.component_threads = 1;
    options.component_threads_extra = 4;
    options.blocking_threads_max = start.blocking_threads_max;
    options.blocking_threads_extra = 0;  // one that never comes back is the host's to kill
    options.hog_limit = std::chrono::milliseconds(start.hog_limit_ms);
    options.unwind_margin = std::chrono::milliseconds(start.unwind_margin_ms);
    options.fibers_max = start.fibers_max;
    options.fibers_idle_max = 16;
    options.limits = to_limits(start.limits);
    options.judge = &unjudged;
    options.source = &source;
    return options;
}

EndedMessage refused(const std::string& why) {
    EndedMessage message;
    message.decided = true;
    message.status = static_cast<std::int32_t>(ResultStatus::rejected);
    message.body = why;
    return message;
}

void WorkerSession::Answers::on_ended(std::size_t slot, ComponentResult result) {
    EndedMessage message;
    message.decided = result.status != ResultStatus::ok;
    message.duration_us = result.duration.count();
    if (message.decided) {
        message.status = static_cast<std::int32_t>(result.status);
        if (result.error) message.body = std::move(result.error->message);
    } else {
        message.status = std::stoi(result.error->code);
        message.answered = result.error->retryable;
        message.error_json = std::move(result.error->message);
        message.body = std::move(result.content);
    }
    session_.invocation_ended(slot);
    session_.send(encode(FrameType::ended, slot, message));
}

void WorkerSession::Answers::on_emitted(std::size_t slot, EmitKind kind, std::string json) {
    EmitMessage message;
    message.kind = static_cast<std::uint8_t>(kind);
    message.body = std::move(json);
    session_.send(encode(FrameType::emit, slot, message));
}

void WorkerSession::Lines::write(const LogRecord& record) {
    LogMessage message;
    message.level = static_cast<std::uint8_t>(record.level);
    message.component = record.comp;
    message.stage = record.stage;
    message.text = record.message;
    session_.send(encode(FrameType::log, 0, message));
}

}  // namespace cedar::host::worker
