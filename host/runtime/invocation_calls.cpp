// What the host does for a running invocation: the functions of cedar_host. The other half is invocation.cpp.
#include "host/core/json.hpp"
#include "host/runtime/block_pool.hpp"
#include "host/runtime/emission.hpp"
#include "host/runtime/in_process_invoker.hpp"
#include "host/runtime/invocation.hpp"

#include <boost/container/small_vector.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace cedar::host::runtime {
namespace {

// So long a component may go on through calls that are replied to at once.
constexpr std::chrono::milliseconds kTurn{2};

cedar_status fill(cedar_reply* replies, std::size_t count, cedar_status status) {
    for (std::size_t i = 0; i < count; ++i) replies[i] = {status, 0, {nullptr, 0}};
    return status;
}

ServiceReply too_large(std::size_t limit) {
    ServiceReply reply;
    reply.status = CEDAR_LIMIT;
    reply.body =
        R"({"code":"limit","message":"expected a request of at most )" + std::to_string(limit) + R"( bytes"})";
    return reply;
}

}  // namespace

cedar_status Invocation::answer(std::string_view body) {
    if (body.size() > owner_->runtime().options.limits.answer_bytes) return CEDAR_LIMIT;
    std::string copy(body);
    const std::lock_guard lock(mutex_);
    if (returned_) return CEDAR_STALE;
    if (outcome_.answered) {
        ++owner_->runtime().table.second_answers;
        return CEDAR_ALREADY;
    }
    outcome_.answered = true;
    outcome_.body = std::move(copy);
    return CEDAR_OK;
}

cedar_status Invocation::fail(std::string_view error) {
    if (error.size() > owner_->runtime().options.limits.error_bytes) return CEDAR_LIMIT;
    const std::lock_guard lock(mutex_);
    if (returned_) return CEDAR_STALE;
    outcome_.error_json = error;
    return CEDAR_OK;
}

// Only from the context that runs `invoke`: another one cannot be suspended in its stead.
cedar_status Invocation::call(const cedar_call* requests, std::size_t count, cedar_reply* replies) {
    if (Work::current() != this) return CEDAR_STALE;
    if (count > owner_->runtime().options.limits.calls_at_once) return CEDAR_LIMIT;
    if (count > 0 && (requests == nullptr || replies == nullptr)) return CEDAR_INVALID_ARGUMENT;
    if (const cedar_status why = stopped(); why != CEDAR_OK) return fill(replies, count, why);
    return count == 0 ? CEDAR_OK : ask_services(requests, count, replies);
}

// One `call` under way. It lies on the component's stack.
struct Invocation::Ask {
    Invocation& invocation;
    const cedar_call* requests;
    std::size_t count;
    std::shared_ptr<CallGroup> group;
    boost::container::small_vector<Service::Cancel, 1> cancels;
    bool replied_at_once = false;
};

cedar_status Invocation::ask_services(const cedar_call* requests, std::size_t count, cedar_reply* replies) {
    Ask ask{*this, requests, count, make_pooled<CallGroup>(*this, count), {}};
    if (const cedar_status why = open_group(ask.group); why != CEDAR_OK) return fill(replies, count, why);
    waiting().aside(
        *this, [](void* all) { return static_cast<Ask*>(all)->invocation.issue_all(*static_cast<Ask*>(all)); },
        &ask);
    // Services that reply at once would let a component keep its thread from the others through any number of
    // calls.
    const auto now = owner_->runtime().now();
    const bool turn_is_over = ask.replied_at_once && now - paused_at_ >= kTurn;
    if (turn_is_over) waiting().pause(*this);
    if (turn_is_over || !ask.replied_at_once) paused_at_ = now;
    const cedar_status why = ask.group->verdict();
    if (why == CEDAR_OK) {
        lend_replies(*ask.group, replies);
        return CEDAR_OK;
    }
    for (std::size_t i = 0; i < ask.cancels.size(); ++i) {
        if (ask.cancels[i] && ask.group->owed(i)) ask.cancels[i]();
    }
    return fill(replies, count, why);
}

// True: nothing to wait for. A failure of the host's own while some requests are out stops the rest of the call.
bool Invocation::issue_all(Ask& ask) noexcept {
    try {
        ask.cancels.resize(ask.count);
        for (std::size_t i = 0; i < ask.count; ++i) ask.cancels[i] = issue(ask.requests[i], i, ask.group);
        ask.replied_at_once = ask.group->settled();
        if (ask.replied_at_once) return true;
        watch_deadline();
        return !ask.group->begin_wait();
    } catch (...) {
        ask.group->stop(CEDAR_INTERNAL);
        return true;
    }
}

Service::Cancel Invocation::issue(const cedar_call& request, std::size_t index,
                                  const std::shared_ptr<CallGroup>& group) {
    const InProcessRuntime& runtime = owner_->runtime();
    const std::string_view body = to_text(request.body);
    if (body.size() > runtime.options.limits.call_body_bytes) {
        group->deliver(index, too_large(runtime.options.limits.call_body_bytes));
        return {};
    }
    ServiceCall call;
    call.component = owner_->manifest().id;
    call.body = body;
    call.deadline = unwind_at_;
    call.scope = scope_;
    call.emit = [weak = weak_from_this()](EmitKind kind, std::string json) {
        if (const auto self = weak.lock()) static_cast<Invocation&>(*self).pass_on(kind, std::move(json));
    };
    return runtime.services.call(owner_->manifest(), to_text(request.service), std::move(call),
                                 [group, index](ServiceReply&& reply) { group->deliver(index, std::move(reply)); });
}

// From here on stop() finds the call; one that came before has left its mark. What the call before lent goes.
cedar_status Invocation::open_group(std::shared_ptr<CallGroup> group) {
    const std::lock_guard lock(mutex_);
    group_.swap(group);
    return stop_;
}

void Invocation::lend_replies(const CallGroup& group, cedar_reply* out) {
    for (const ServiceReply& reply : group.replies()) {
        if (!reply.debug_prompt.empty()) note_prompt(reply);
        if (reply.model.calls > 0) note_model(reply);
        *out++ = {reply.status, 0, {reply.body.data(), reply.body.size()}};
    }
}

void Invocation::note_prompt(const ServiceReply& reply) {
    {
        const std::lock_guard lock(mutex_);
        outcome_.debug_prompt = reply.debug_prompt;
        outcome_.prompt_hash = reply.prompt_hash;
    }
    tell(EmitKind::prompt,
         R"({"messages":)" + reply.debug_prompt + R"(,"prompt_hash":)" + json_string(reply.prompt_hash) + "}");
}

void Invocation::note_model(const ServiceReply& reply) {
    const std::lock_guard lock(mutex_);
    outcome_.model.add(reply.model);
}

cedar_status Invocation::spend_emit(std::size_t bytes) {
    const InvocationLimits& limits = owner_->runtime().options.limits;
    const auto now = owner_->runtime().now();
    const std::lock_guard lock(mutex_);
    const bool fits = bytes <= limits.emit_bytes && emitted_bytes_ + bytes <= limits.emit_bytes_total;
    if (!fits || !emit_budget_.spend(now)) {
        ++owner_->runtime().table.dropped_emits;
        return CEDAR_LIMIT;
    }
    emitted_bytes_ += bytes;
    return CEDAR_OK;
}

cedar_status Invocation::emit(std::string_view kind, std::string_view body) {
    const auto known = to_emit_kind(kind);
    if (!known) return CEDAR_INVALID_ARGUMENT;
    if (const cedar_status status = spend_emit(body.size()); status != CEDAR_OK) return status;
    auto emission = check_emission(*known, body, owner_->runtime().options.limits.emit_bytes);
    if (!emission) return CEDAR_INVALID_ARGUMENT;
    if (*known == EmitKind::prompt) {
        const std::lock_guard lock(mutex_);
        if (!returned_) outcome_.debug_prompt = std::move(emission->prompt);
    }
    tell(*known, std::move(emission->shown));
    return CEDAR_OK;
}

// What a service emits counts as the component's own.
void Invocation::pass_on(EmitKind kind, std::string json) {
    if (spend_emit(json.size()) == CEDAR_OK) tell(kind, std::move(json));
}

void Invocation::tell(EmitKind kind, std::string json) {
    std::shared_ptr<InvocationObserver> observer;
    {
        const std::lock_guard lock(mutex_);
        observer = observer_;
    }
    if (observer) observer->on_emitted(slot_, kind, std::move(json));
}

cedar_status Invocation::log(cedar_log_level level, std::string_view message) {
    InProcessRuntime& runtime = owner_->runtime();
    {
        const auto now = runtime.now();
        const std::lock_guard lock(mutex_);
        if (message.size() > runtime.options.limits.log_bytes || !log_budget_.spend(now)) {
            ++runtime.table.dropped_logs;
            return CEDAR_LIMIT;
        }
    }
    const std::string text = to_utf8(message);
    LogRecord record;
    record.level = to_log_level(level);
    record.stage = "component";
    record.message = text;
    record.comp = owner_->manifest().id;
    if (scope_) {
        record.rid = scope_->run_id;
        record.uid = scope_->user_id;
        record.pid = scope_->project_id;
    }
    runtime.log.write(record);
    return CEDAR_OK;
}

}  // namespace cedar::host::runtime
