#include "host/core/event_reference.hpp"

#include "host/core/json.hpp"
#include "host/core/utf8.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace cedar::host {
namespace {

// An event is the host's own, however large; a component's output may lie 64 deep in it.
constexpr JsonLimits kAnyEvent{.max_bytes = std::size_t{1} << 30, .max_depth = 128, .unique_keys = false};
constexpr std::size_t kWorthIt = 1024;  // smaller fields stay: a reference is not much smaller
constexpr std::size_t kBeginning = 8192;
constexpr std::array kWhole{std::string_view("messages"), std::string_view("prompt"), std::string_view("json"),
                            std::string_view("missing"), std::string_view("content")};
constexpr std::array kTexts{std::string_view("text"), std::string_view("error"), std::string_view("detail"),
                            std::string_view("message")};

// Where a field is, as names and not as a pointer: adding a member moves the others.
struct Field {
    std::vector<std::string> owner;  // of the object that has it, from the event down
    std::string name;
    std::string body;  // JSON
    bool is_text;
};

bool among(std::string_view name, const auto& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

// The fields that may be replaced, of the event itself, its `call` and the `error` in that.
void collect(const JsonValue& object, const std::vector<std::string>& owner, std::vector<Field>& out) {
    for (const auto& member : object.GetObject()) {
        const std::string_view name(member.name.GetString(), member.name.GetStringLength());
        const bool is_text = member.value.IsString() && among(name, kTexts);
        if (!is_text && !among(name, kWhole)) {
            if (!member.value.IsObject() || (name != "call" && name != "error")) continue;
            auto inner = owner;
            inner.emplace_back(name);
            collect(member.value, inner, out);
            continue;
        }
        auto body = to_json(member.value);
        if (body.size() > (is_text ? kBeginning + kWorthIt : kWorthIt))
            out.push_back({owner, std::string(name), std::move(body), is_text});
    }
}

JsonValue reference_value(const BodyReference& reference, JsonDocument::AllocatorType& memory) {
    JsonValue value(rapidjson::kObjectType);
    value.AddMember("sha256", JsonValue(reference.sha256, memory), memory);
    value.AddMember("bytes", static_cast<std::uint64_t>(reference.bytes), memory);
    value.AddMember("url", JsonValue(reference.url, memory), memory);
    return value;
}

// At most so many bytes, whole characters.
std::string beginning(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size()) {
        const auto length = std::max<std::size_t>(1, utf8_sequence(text.substr(end)));
        if (end + length > kBeginning) break;
        end += length;
    }
    return std::string(text.substr(0, end)) + "…";
}

void replace(JsonDocument& event, const Field& field, const BodyReference& reference) {
    auto& memory = event.GetAllocator();
    JsonValue* object = &event;
    for (const auto& name : field.owner) object = &(*object)[name];
    auto& value = (*object)[field.name];
    auto pointer = reference_value(reference, memory);
    if (field.is_text) {
        value = JsonValue(beginning({value.GetString(), value.GetStringLength()}), memory);
        object->AddMember(JsonValue(field.name + "_ref", memory), pointer, memory);
    } else {
        value.SetObject();
        value.AddMember("ref", pointer, memory);
    }
}

}  // namespace

EventPtr with_references(const EventPtr& event, std::size_t max_bytes, const KeepBody& keep) {
    if (event->json.size() <= max_bytes) return event;
    auto document = parse_json(event->json, kAnyEvent);
    if (!document || !document->IsObject()) return event;
    std::vector<Field> fields;
    collect(*document, {}, fields);
    std::stable_sort(fields.begin(), fields.end(),
                     [](const Field& a, const Field& b) { return a.body.size() > b.body.size(); });
    std::size_t bytes = event->json.size();
    bool changed = false;
    for (auto& field : fields) {
        if (bytes <= max_bytes) break;
        const auto gone = field.body.size();
        const auto reference = keep(std::move(field.body));
        if (!reference) continue;
        replace(*document, field, *reference);
        bytes -= gone - std::min(gone, field.is_text ? kBeginning + kWorthIt : kWorthIt);
        changed = true;
    }
    if (!changed) return event;
    auto copy = std::make_shared<Event>(*event);
    copy->json = to_json(*document);
    return copy;
}

}  // namespace cedar::host
