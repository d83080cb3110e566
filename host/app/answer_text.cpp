#include "host/app/answer_text.hpp"

#include "host/core/json.hpp"

namespace cedar::host::app {
namespace {

// "aggregator.extractive without a language model, complete, 3 of 3 components answered"
std::string closing_line(const JsonValue& event) {
    std::string line(string_member(event, "aggregator"));
    if (const JsonValue* aggregator = find_member(event, "aggregator");
        aggregator != nullptr && aggregator->IsObject()) {
        line = string_member(*aggregator, "id");
        const JsonValue* llm = find_member(*aggregator, "llm");
        if (llm != nullptr && llm->IsFalse()) line += " without a language model";
    }
    if (const auto status = string_member(event, "status"); !status.empty()) {
        line += (line.empty() ? "" : ", ") + std::string(status);
    }
    const JsonValue* coverage = find_member(event, "coverage");
    if (coverage == nullptr || !coverage->IsObject()) return line;
    const JsonValue* ok = find_member(*coverage, "ok");
    const JsonValue* selected = find_member(*coverage, "selected");
    if (ok == nullptr || selected == nullptr || !ok->IsUint() || !selected->IsUint()) return line;
    return line + ", " + std::to_string(ok->GetUint()) + " of " + std::to_string(selected->GetUint()) +
           " components answered";
}

}  // namespace

std::string answer_text(const Event& event) {
    const auto parsed = parse_json(event.json, {.max_bytes = event.json.size() + 1});
    if (!parsed || !parsed->IsObject()) return event.json;
    if (event.type == EventType::final) {
        std::string text(string_member(*parsed, "text"));
        const std::string closing = closing_line(*parsed);
        return closing.empty() ? text : text + "\n\n(" + closing + ")";
    }
    std::string text = "error: " + std::string(string_member(*parsed, "error"));
    const auto detail = string_member(*parsed, "detail");
    return detail.empty() ? text : text + ": " + std::string(detail);
}

}  // namespace cedar::host::app
