#include "host/core/event_text.hpp"

#include "host/core/event_writer.hpp"
#include "host/core/json.hpp"
#include "host/ports/ids.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace cedar::host {
namespace {

constexpr std::size_t kIdLength = 32;
constexpr unsigned kMaxDepth = 128;  // what a component gives may be 64 deep, and an event wraps it

// Takes the envelope apart from the front; once something is not as expected, nothing is.
class Envelope {
public:
    explicit Envelope(std::string_view text) : rest_(text) {}

    void literal(std::string_view expected) {
        good_ = good_ && rest_.starts_with(expected);
        if (good_) rest_.remove_prefix(expected.size());
    }
    std::string_view until_quote() {
        const auto end = rest_.find('"');
        good_ = good_ && end != std::string_view::npos;
        if (!good_) return {};
        const auto text = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return text;
    }
    std::string_view id() {
        const auto text = until_quote();
        const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        good_ = good_ && text.size() == kIdLength && std::ranges::all_of(text, is_hex);
        return text;
    }
    std::int64_t number() {
        std::int64_t value = 0;
        const auto* const begin = rest_.data();
        const auto [end, error] = std::from_chars(begin, begin + rest_.size(), value);
        good_ = good_ && error == std::errc() && value > 0;
        if (!good_) return 0;
        rest_.remove_prefix(static_cast<std::size_t>(end - begin));
        return value;
    }
    // A number, or null for 0.
    std::int64_t number_or_null() {
        if (!rest_.starts_with("null")) return number();
        literal("null");
        return 0;
    }
    [[nodiscard]] bool good() const { return good_ && (rest_.starts_with(',') || rest_ == "}"); }

private:
    std::string_view rest_;
    bool good_ = true;
};

std::optional<EventType> type_of(std::string_view name) {
    constexpr std::array types{EventType::ack,    EventType::info,  EventType::action, EventType::message,
                               EventType::prompt, EventType::debug, EventType::token,  EventType::progress,
                               EventType::final,  EventType::error};
    const auto found = std::ranges::find(types, name, [](EventType type) { return to_string(type); });
    return found == types.end() ? std::nullopt : std::optional(*found);
}

struct Head {
    EventType type = EventType::info;
    std::string_view eid, run_id;
    std::int64_t seq = 0, project_id = 0, thread_id = 0;
};

std::optional<Head> read_head(std::string_view json) {
    const bool one_line = json.find('\n') == std::string_view::npos && json.find('\r') == std::string_view::npos;
    if (!one_line || !json.ends_with('}')) return std::nullopt;
    Head head;
    Envelope envelope(json);
    envelope.literal(R"({"type":")");
    const auto type = type_of(envelope.until_quote());
    envelope.literal(R"(","eid":")");
    head.eid = envelope.id();
    envelope.literal(R"(","run_id":")");
    head.run_id = envelope.id();
    envelope.literal(R"(","seq":)");
    head.seq = envelope.number();
    envelope.literal(R"(,"t":")");
    envelope.until_quote();
    envelope.literal(R"(","project_id":)");
    head.project_id = envelope.number();
    envelope.literal(R"(,"thread_id":)");
    head.thread_id = envelope.number_or_null();
    if (!type || !envelope.good()) return std::nullopt;
    head.type = *type;
    return head;
}

}  // namespace

std::optional<EventName> read_event_name(std::string_view json) {
    const auto head = read_head(json);
    if (!head) return std::nullopt;
    return EventName{head->run_id, static_cast<std::uint64_t>(head->seq)};
}

EventPtr read_event(std::string json) {
    const auto head = read_head(json);
    if (!head) return nullptr;
    auto event = std::make_shared<Event>();
    event->type = head->type;
    event->seq = static_cast<std::uint64_t>(head->seq);
    event->run_id = head->run_id;
    event->eid = head->eid;
    event->project_id = head->project_id;
    event->thread_id = head->thread_id;
    event->json = std::move(json);
    return event;
}

EventPtr read_foreign_event(std::string json) {
    const JsonLimits limits{.max_bytes = json.size(), .max_depth = kMaxDepth, .unique_keys = false};
    if (!check_json(json, limits)) return nullptr;
    return read_event(std::move(json));
}

EventPtr host_restarted_event(const std::string& run_id, std::uint64_t seq, std::int64_t project_id,
                              std::int64_t thread_id, Now now, IdSource& ids) {
    const auto eid = ids.next();
    const auto t = utc_text(now.utc);
    return EventWriter({EventType::error, seq, run_id, eid, t, project_id, thread_id})
        .text("error", "host_restarted")
        .text("code", "host_restarted")
        .text("detail", "the host ended while this run was going on; ask again")
        .finish();
}

}  // namespace cedar::host
