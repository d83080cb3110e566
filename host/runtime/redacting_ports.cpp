#include "host/runtime/redacting_ports.hpp"

#include <algorithm>

namespace cedar::host::runtime {

void RedactingLog::write(const LogRecord& record) {
    bool clean = redactor_.clean(record.message);
    for (const auto& field : record.fields) clean = clean && redactor_.clean(field.second);
    if (clean) return real_.write(record);
    LogRecord copy = record;
    const auto message = redactor_.redact(record.message);
    std::vector<std::pair<std::string_view, std::string>> fields(record.fields.begin(), record.fields.end());
    for (auto& field : fields) field.second = redactor_.redact(field.second);
    copy.message = message;
    copy.fields = fields;
    real_.write(copy);
}

void RedactingEventLog::append(const EventPtr& event) {
    if (redactor_.clean(event->json)) return real_.append(event);
    auto copy = std::make_shared<Event>(*event);
    copy->json = redactor_.redact(event->json);
    real_.append(copy);
}

void RedactingEventLog::append_all(std::span<const EventPtr> events) {
    const auto is_clean = [this](const EventPtr& event) { return redactor_.clean(event->json); };
    if (std::ranges::all_of(events, is_clean)) return real_.append_all(events);
    for (const auto& event : events) append(event);
}

RunTicket RedactingRuns::submit(std::int64_t project_id, ChatRequest request) {
    const auto take_out = [this](std::string& text) {
        if (!redactor_.clean(text)) text = redactor_.redact(text);
    };
    take_out(request.content);
    for (auto& message : request.replay_messages) take_out(message.content);
    return real_.submit(project_id, std::move(request));
}

void RedactingStore::close_turn(TurnOutcome outcome, Done<void> done) {
    for (auto* text : {&outcome.title, &outcome.text, &outcome.final_json, &outcome.prompt_json,
                       &outcome.results_json, &outcome.changelog_summary}) {
        if (!redactor_.clean(*text)) *text = redactor_.redact(*text);
    }
    real_.close_turn(std::move(outcome), std::move(done));
}

Service::Cancel RedactingService::call(ServiceCall call, Done done) {
    if (!redactor_.clean(call.body)) call.body = redactor_.redact(call.body);
    return real_->call(std::move(call), std::move(done));
}

}  // namespace cedar::host::runtime
