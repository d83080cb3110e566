// What a worker's process says, and what the host makes of it. Nothing of it is believed: a complaint is returned
// for what no honest worker sends, and the process is killed for it.
#include "host/core/component.hpp"
#include "host/core/json.hpp"
#include "host/runtime/emission.hpp"
#include "host/worker/fields.hpp"
#include "host/worker/worker.hpp"

#include <cedar/abi.h>

#include <algorithm>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr std::size_t kOutputLineMax = 1024;

ComponentResult decided(const RemoteInvocation& invocation, const EndedMessage& message, ResultStatus status) {
    ComponentError error;
    error.code = std::string(to_string(status));
    error.message = to_utf8(message.body);
    return make_failure(*invocation.target, status, std::move(error),
                        std::chrono::microseconds(std::max<std::int64_t>(message.duration_us, 0)));
}

// What a runtime decides without having run the component; nothing else may be claimed.
bool may_be_decided(std::int32_t status) {
    constexpr ResultStatus kDecided[] = {ResultStatus::timeout, ResultStatus::cancelled, ResultStatus::rejected,
                                         ResultStatus::error};
    return std::ranges::any_of(kDecided, [status](auto one) { return static_cast<std::int32_t>(one) == status; });
}

ComponentResult judged(RemoteInvocation& invocation, EndedMessage& message, std::size_t answer_bytes) {
    RawOutcome outcome;
    outcome.status = message.status;
    outcome.answered = message.answered;
    outcome.body = std::move(message.body);
    outcome.error_json = std::move(message.error_json);
    outcome.debug_prompt = std::move(invocation.debug_prompt);
    outcome.prompt_hash = std::move(invocation.prompt_hash);
    outcome.model = std::move(invocation.model);
    outcome.duration = std::chrono::microseconds(std::max<std::int64_t>(message.duration_us, 0));
    return normalise(*invocation.target, std::move(outcome), answer_bytes);
}

}  // namespace

std::string Worker::on_frame(WorkerLink& link, const Frame& frame) {
    {
        const std::lock_guard lock(mutex_);
        if (link_.get() != &link) return {};
    }
    switch (frame.type) {
        case FrameType::ended: return on_ended(frame);
        case FrameType::call: return on_call(frame);
        case FrameType::cancel_call: return on_cancel_call(frame);
        case FrameType::emit: return on_emit(frame);
        case FrameType::log: return on_log(frame);
        case FrameType::hello: return on_hello(frame);
        case FrameType::loaded: return on_loaded(frame);
        default: return "a message that no worker sends";
    }
}

std::string Worker::on_hello(const Frame& frame) {
    HelloMessage message;
    if (!decode(frame.body, message)) return "a broken hello";
    return {};
}

std::string Worker::on_loaded(const Frame& frame) {
    LoadedMessage message;
    if (!decode(frame.body, message)) return "a broken report of a load";
    std::string file;
    {
        const std::lock_guard lock(mutex_);
        if (frame.id >= plugins_.size()) return "a report of a load that was not asked for";
        file = plugins_[frame.id].file;
    }
    if (!message.failure.empty()) note(LogLevel::warn, file + ": in its worker: " + to_utf8(message.failure));
    for (const auto& refusal : message.refusals) {
        note(LogLevel::warn, file + ": in its worker: " + to_utf8(refusal.reason));
    }
    return {};
}

std::string Worker::on_ended(const Frame& frame) {
    EndedMessage message;
    if (!decode(frame.body, message)) return "a broken answer";
    if (message.decided && !may_be_decided(message.status)) return "an end that no runtime decides";
    RemoteInvocation invocation;
    std::vector<Service::Cancel> cancels;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(frame.id);
        if (found == open_.end() || !found->second.sent) return "the end of an invocation that it does not have";
        invocation = std::move(found->second);
        open_.erase(found);
        cancels = take_calls(invocation);
        answered_ = true;
        auto& breaker = entries_[invocation.component].breaker;
        message.decided ? breaker.withdrawn() : breaker.success();
    }
    for (const Service::Cancel& cancel : cancels) cancel();
    ComponentResult result = message.decided
                                 ? decided(invocation, message, static_cast<ResultStatus>(message.status))
                                 : judged(invocation, message, context_->options.limits.answer_bytes);
    invocation.observer->on_ended(invocation.slot, std::move(result));
    return {};
}

std::vector<Service::Cancel> Worker::take_calls(RemoteInvocation& invocation) {
    std::vector<Service::Cancel> cancels;
    for (auto& [call, cancel] : std::exchange(invocation.calls, {})) {
        if (cancel) cancels.push_back(std::move(cancel));
    }
    return cancels;
}

// The host checks once more what the worker's runtime has checked: capabilities are the host's to give.
std::string Worker::on_call(const Frame& frame) {
    CallMessage message;
    if (!decode(frame.body, message)) return "a broken call";
    const runtime::InvocationLimits& limits = context_->options.limits;
    if (message.body.size() > limits.call_body_bytes) return "a call with a body above its limit";
    ServiceCall call;
    Manifest caller;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(message.invocation);
        if (found == open_.end()) return {};  // it ended while this was on its way
        RemoteInvocation& invocation = found->second;
        if (invocation.calls.size() >= limits.calls_at_once) return "more calls at once than it may make";
        if (!invocation.calls.emplace(frame.id, Service::Cancel{}).second) return "a call that it has made before";
        const Manifest& manifest = entries_[invocation.component].manifest;
        caller.id = manifest.id;
        caller.needs = manifest.needs;
        call.deadline = invocation.unwind_at;
        call.scope = invocation.scope;
    }
    call.component = caller.id;
    call.body = std::move(message.body);
    const std::uint64_t id = message.invocation;
    call.emit = [weak = weak_from_this(), id](EmitKind kind, std::string json) {
        if (const auto self = std::static_pointer_cast<Worker>(weak.lock()))
            self->pass_on(id, kind, std::move(json));
    };
    auto cancel = context_->services.call(caller, message.service, std::move(call),
                                          [weak = weak_from_this(), id, number = frame.id](ServiceReply reply) {
                                              if (const auto self = weak.lock())
                                                  self->on_reply(number, id, std::move(reply));
                                          });
    const std::lock_guard lock(mutex_);
    if (const auto found = open_.find(id); cancel && found != open_.end()) {
        // Replied to already: the entry is gone.
        if (const auto made = found->second.calls.find(frame.id); made != found->second.calls.end()) {
            made->second = std::move(cancel);
        }
    }
    return {};
}

std::string Worker::on_cancel_call(const Frame& frame) {
    Service::Cancel cancel;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [id, invocation] : open_) {
            const auto found = invocation.calls.find(frame.id);
            if (found == invocation.calls.end()) continue;
            cancel = std::exchange(found->second, {});
            break;
        }
    }
    if (cancel) cancel();
    return {};
}

// Thread: the service's.
void Worker::on_reply(std::uint64_t call, std::uint64_t id, ServiceReply reply) {
    std::shared_ptr<InvocationObserver> observer;
    std::size_t slot = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(id);
        if (found == open_.end() || found->second.calls.erase(call) == 0) return;
        RemoteInvocation& invocation = found->second;
        if (reply.model.calls > 0) invocation.model.add(reply.model);
        if (!reply.debug_prompt.empty()) {
            invocation.debug_prompt = reply.debug_prompt;
            invocation.prompt_hash = reply.prompt_hash;
            observer = invocation.observer;
            slot = invocation.slot;
        }
    }
    if (observer) {
        observer->on_emitted(
            slot, EmitKind::prompt,
            R"({"messages":)" + reply.debug_prompt + R"(,"prompt_hash":)" + json_string(reply.prompt_hash) + "}");
    }
    const std::string frame = encode(FrameType::reply, call, ReplyMessage{reply.status, std::move(reply.body)});
    const std::lock_guard lock(mutex_);
    if (link_ && open_.contains(id)) static_cast<void>(link_->send(frame));
}

bool Worker::spend_emit(RemoteInvocation& invocation, std::size_t bytes) {
    const runtime::InvocationLimits& limits = context_->options.limits;
    const bool fits = bytes <= limits.emit_bytes && invocation.emitted_bytes + bytes <= limits.emit_bytes_total;
    if (!fits || !invocation.emits.spend(context_->now())) return false;
    invocation.emitted_bytes += bytes;
    return true;
}

// One that comes after the end, or beyond the budget, is dropped: an honest worker's may cross the end as well.
std::string Worker::on_emit(const Frame& frame) {
    EmitMessage message;
    if (!decode(frame.body, message) || message.kind > static_cast<std::uint8_t>(EmitKind::prompt)) {
        return "a broken emission";
    }
    const auto kind = static_cast<EmitKind>(message.kind);
    auto emission = runtime::check_emission(kind, message.body, context_->options.limits.emit_bytes);
    if (!emission) return "an emission that its own runtime would have refused: " + emission.error().message;
    std::shared_ptr<InvocationObserver> observer;
    std::size_t slot = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(frame.id);
        if (found == open_.end() || !spend_emit(found->second, message.body.size())) return {};
        if (kind == EmitKind::prompt) found->second.debug_prompt = std::move(emission->prompt);
        observer = found->second.observer;
        slot = found->second.slot;
    }
    observer->on_emitted(slot, kind, std::move(emission->shown));
    return {};
}

// What a service emits counts as the component's own.
void Worker::pass_on(std::uint64_t id, EmitKind kind, std::string json) {
    std::shared_ptr<InvocationObserver> observer;
    std::size_t slot = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(id);
        if (found == open_.end() || !spend_emit(found->second, json.size())) return;
        observer = found->second.observer;
        slot = found->second.slot;
    }
    observer->on_emitted(slot, kind, std::move(json));
}

std::string Worker::on_log(const Frame& frame) {
    LogMessage message;
    if (!decode(frame.body, message) || message.level > static_cast<std::uint8_t>(LogLevel::error)) {
        return "a broken log line";
    }
    {
        const std::lock_guard lock(mutex_);
        const bool fits = message.text.size() <= context_->options.limits.log_bytes + kOutputLineMax;
        if (!fits || !lines_.spend(context_->now())) return {};
        const bool known = std::ranges::any_of(
            entries_, [&](const Entry& entry) { return entry.manifest.id == message.component; });
        if (!known) message.component.clear();
    }
    const std::string text = to_utf8(message.text);
    LogRecord record;
    record.level = static_cast<LogLevel>(message.level);
    record.stage = message.stage == "watchdog" ? "watchdog" : "component";
    record.message = text;
    record.comp = message.component;
    context_->log.write(record);
    return {};
}

void Worker::on_output(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    {
        const std::lock_guard lock(mutex_);
        if (text.empty() || !lines_.spend(context_->now())) return;
    }
    note(LogLevel::info, name_ + " wrote: " + to_utf8(text.substr(0, kOutputLineMax)));
}

}  // namespace cedar::host::worker
