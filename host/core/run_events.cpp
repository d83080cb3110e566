#include "host/core/run_events.hpp"

#include "host/core/run_documents.hpp"
#include "host/ports/ids.hpp"

namespace cedar::host {
namespace {

// What a component said is shown whole up to here; beyond, its size only: the aggregator has it.
constexpr std::size_t kShownContentBytes = 8192;
constexpr std::size_t kUsualBytes = 384;   // of an event without what a component said
constexpr std::size_t kResultBytes = 128;  // what a result's event has more

}  // namespace

RunEvents::RunEvents(std::int64_t project_id, std::string run_id, IdSource& ids)
    : project_id_(project_id), run_id_(std::move(run_id)), ids_(ids) {}

EventWriter RunEvents::begin(Now now, EventType type, std::size_t own_bytes) {
    if (last_t_.empty() || now.utc != last_utc_) {
        last_utc_ = now.utc;
        last_t_ = utc_text(now.utc);
    }
    const auto eid = ids_.next();
    return EventWriter({type, ++seq_, run_id_, eid, last_t_, project_id_, thread_id_}, kUsualBytes + own_bytes);
}

EventPtr RunEvents::ack(Now now, std::size_t queue_position) {
    return begin(now, EventType::ack).number("queue_position", static_cast<std::int64_t>(queue_position)).finish();
}

EventPtr RunEvents::info(Now now, std::string_view stage) {
    return begin(now, EventType::info).text("stage", stage).finish();
}

EventPtr RunEvents::selecting(Now now, std::string_view selector) {
    return begin(now, EventType::info).text("stage", "selecting").text("component", selector).finish();
}

EventPtr RunEvents::given_up(Now now, std::string_view component, std::string_view stage, std::string_view text) {
    return begin(now, EventType::info)
        .text("stage", stage)
        .text("component", component)
        .text("text", text)
        .finish();
}

EventPtr RunEvents::thread_update(Now now, std::string_view title) {
    return begin(now, EventType::action)
        .text("function", "thread_update")
        .text("text", "Thread updated")
        .open("call")
        .number("thread_id", thread_id_)
        .text("title", title)
        .close()
        .finish();
}

EventPtr RunEvents::user_message(Now now, std::string_view text) {
    return begin(now, EventType::message).text("role", "user").text("text", text).finish();
}

EventPtr RunEvents::processing(Now now, std::string_view file_name) {
    const auto text = file_name.empty() ? std::string("Processing…") : "Processing " + std::string(file_name) + "…";
    return begin(now, EventType::action).text("function", "processing").text("text", text).finish();
}

EventPtr RunEvents::prompt(Now now, std::string_view messages) {
    return begin(now, EventType::prompt).raw("messages", messages).finish();
}

EventPtr RunEvents::debug(Now now, std::string_view component, std::string_view prompt, std::string_view hash) {
    auto event = begin(now, EventType::debug);
    if (!component.empty()) event.text("component", component);
    if (!hash.empty()) event.text("prompt_hash", hash);
    return event.raw("prompt", prompt).finish();
}

EventPtr RunEvents::dispatch(Now now, const Candidate& candidate) {
    const auto& id = candidate.component->manifest.id;
    return begin(now, EventType::action)
        .text("function", "component")
        .text("text", "Dispatch " + id)
        .open("call")
        .text("component", id)
        .text("reason", candidate.reason)
        .close()
        .finish();
}

EventPtr RunEvents::component_result(Now now, const ComponentResult& result) {
    const auto status = to_string(result.status);
    const bool shown = result.ok() && result.content.size() <= kShownContentBytes;
    auto event = begin(now, EventType::action, kResultBytes + (shown ? result.content.size() : 0));
    event.text("function", "component_result")
        .text("text", result.component + ' ' + std::string(status))
        .open("call");
    event.text("component", result.component).text("version", result.version).text("status", status);
    event.raw("error", error_json(result.error)).raw("duration_ms", ms_json(result.duration));
    event.number("attempts", result.attempts);
    if (!result.prompt_hash.empty()) event.text("prompt_hash", result.prompt_hash);
    if (result.usage.input_tokens + result.usage.output_tokens > 0) event.raw("usage", usage_json(result.usage));
    if (result.model.calls > 0) event.raw("model", model_json(result.model));
    if (result.ok()) {
        event.number("content_bytes", static_cast<std::int64_t>(result.content.size()));
        if (shown) event.raw("content", result.content);
    }
    return event.close().finish();
}

EventPtr RunEvents::said(Now now, EventType token_or_progress, std::string_view component, std::string_view text) {
    return begin(now, token_or_progress).text("component", component).text("text", text).finish();
}

EventPtr RunEvents::error(Now now, std::string_view error, std::string_view code, std::string_view detail) {
    return begin(now, EventType::error).text("error", error).text("code", code).text("detail", detail).finish();
}

EventPtr RunEvents::final(Now now, const Final& facts) {
    auto event = begin(now, EventType::final);
    event.text("text", facts.text)
        .raw("json", facts.json)
        .text("status", facts.complete ? "complete" : "partial")
        .raw("coverage", facts.coverage)
        .raw("missing", facts.missing)
        .raw("aggregator", facts.aggregator);
    if (!facts.selector.empty()) event.raw("selector", facts.selector);
    event.raw("prompts", facts.prompts).raw("usage", facts.usage).raw("timing", facts.timing);
    if (facts.test_mode) event.raw("test_mode", "true");
    return event.finish();
}

}  // namespace cedar::host
