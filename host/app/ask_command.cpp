#include "host/app/answer_text.hpp"
#include "host/app/command.hpp"
#include "host/app/composition.hpp"
#include "host/app/event_reader.hpp"
#include "host/app/signal_watch.hpp"
#include "host/app/store_wait.hpp"

#include <istream>
#include <ostream>

namespace cedar::host::app {
namespace {

constexpr std::size_t kMaxQuestionBytes = 256 * 1024;
constexpr std::chrono::milliseconds kBeyondBudget{10000};  // a run has ended long before

Result<std::string> question_of(CommandContext& context) {
    if (context.line.question != "-") return context.line.question;
    std::string text(kMaxQuestionBytes + 1, '\0');
    context.in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(context.in.gcount()));
    if (text.size() > kMaxQuestionBytes) {
        return Error{
            ErrorCode::limit,
            "standard input: expected a question of at most " + std::to_string(kMaxQuestionBytes) + " bytes",
            {}};
    }
    return text;
}

Result<ChatRequest> request_of(CommandContext& context) {
    auto question = question_of(context);
    if (!question) return question.error();
    ChatRequest request;
    const auto begin = question->find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) {
        return Error{ErrorCode::invalid_argument, "question: expected some text, got none", {}};
    }
    request.content = to_utf8(question->substr(begin, question->find_last_not_of(" \t\r\n") + 1 - begin));
    request.debug = context.line.debug;
    request.components = context.line.components;
    request.thread_id = context.line.thread_id;
    if (context.line.timeout_ms) request.timeout = std::chrono::milliseconds(*context.line.timeout_ms);
    return request;
}

// The project, or an error that names those there are.
Result<Project> project_of(CommandContext& context, Store& store) {
    auto found = wait_for_store<Project>(
        [&](auto done) { store.find_project_by_title(context.line.project, std::move(done)); });
    if (found || found.error().code != ErrorCode::not_found) return found;
    auto all = wait_for_store<std::vector<Project>>([&](auto done) { store.list_projects(std::move(done)); });
    std::string titles;
    if (all) {
        for (const Project& project : *all) titles += (titles.empty() ? "" : ", ") + json_string(project.title);
    }
    return Error{ErrorCode::not_found,
                 "--project: expected the title of a project (" +
                     (titles.empty() ? std::string("there is none yet; `cedar import` makes one") : titles) +
                     "), got " + json_string(context.line.project),
                 {}};
}

// Prints what comes until the run has ended.
int follow(CommandContext& context, Composition& host, const std::string& run_id, std::chrono::milliseconds limit) {
    EventReader reader(host.events(), run_id);
    const SteadyTime end = context.clock.now().steady + limit;
    while (context.clock.now().steady < end) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - context.clock.now().steady);
        for (const EventPtr& event : reader.next(left)) {
            if (context.line.events) context.out << event->json << std::endl;
            if (!event->terminal()) continue;
            const bool ok = event->type == EventType::final;
            if (!context.line.events) (ok ? context.out : context.err) << answer_text(*event) << std::endl;
            return ok ? kDone : kFailed;
        }
    }
    context.err << "run " << run_id << ": expected its last event within " << limit.count() << " ms, got none\n";
    return kFailed;
}

}  // namespace

int run_ask(CommandContext& context) {
    auto request = request_of(context);
    if (!request) return fail(context, request.error(), kUsage);
    auto made = Composition::make(context.config, context.redactor, context.clock, context.log, LargeEvents::whole);
    if (!made) return fail(context, made.error(), kUsage);
    auto host = std::move(*made);
    int code = kUsage;
    if (auto project = project_of(context, host->store()); !project) {
        fail(context, project.error(), kUsage);
    } else {
        const auto budget = request->timeout.value_or(context.config.milliseconds("run.timeout_ms"));
        const RunTicket ticket = host->runs().submit(project->id, std::move(*request));
        const SignalWatch watch([&] { host->runs().cancel(ticket.run_id, "stopped by a signal"); });
        code = follow(context, *host, ticket.run_id, budget + kBeyondBudget);
    }
    host->drain();
    if (!host->close()) {
        context.abandon = true;
        static_cast<void>(host.release());
    }
    return code;
}

}  // namespace cedar::host::app
