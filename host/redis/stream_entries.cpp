#include "host/redis/stream_entries.hpp"

#include "host/core/event_text.hpp"
#include "host/redis/thread_keys.hpp"

#include <hiredis/hiredis.h>

#include <charconv>
#include <utility>

namespace cedar::host::redis {
namespace {

constexpr std::size_t kEventBytes = std::size_t{4} << 20;  // larger ones are no events of a host

// An entry is [id, [name, value, …]].
bool is_entry(const redisReply* entry) {
    return entry != nullptr && entry->type == REDIS_REPLY_ARRAY && entry->elements == 2 &&
           entry->element[0]->type == REDIS_REPLY_STRING;
}

std::string_view field(const redisReply* entry, std::string_view name) {
    const auto* fields = entry->element[1];
    if (fields == nullptr || fields->type != REDIS_REPLY_ARRAY) return {};
    for (std::size_t i = 0; i + 1 < fields->elements; i += 2)
        if (text_of(fields->element[i]) == name) return text_of(fields->element[i + 1]);
    return {};
}

// How far the run that is being read is known: asked once for all its entries that follow each other.
class Known {
public:
    explicit Known(const ForeignEventSink& sink) : sink_(sink) {}
    bool has(std::string_view json) {
        const auto name = read_event_name(json);
        if (!name) return false;
        if (run_id_ != name->run_id) {
            run_id_ = name->run_id;
            last_seq_ = sink_.foreign_seq(run_id_);
        }
        return name->seq <= last_seq_;
    }

private:
    const ForeignEventSink& sink_;
    std::string run_id_;
    std::uint64_t last_seq_ = 0;
};

}  // namespace

std::string_view text_of(const redisReply* reply) {
    if (reply == nullptr || reply->str == nullptr) return {};
    return {reply->str, static_cast<std::size_t>(reply->len)};
}

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1) return std::nullopt;
    return value;
}

std::optional<std::int64_t> thread_of(std::string_view key, std::string_view tail) {
    if (!key.starts_with(kThreadHead) || !key.ends_with(tail) || key.size() < kThreadHead.size() + tail.size())
        return std::nullopt;
    return number_of(key.substr(kThreadHead.size(), key.size() - kThreadHead.size() - tail.size()));
}

EventPtr event_of(std::int64_t thread_id, std::string_view json) {
    auto event = json.size() > kEventBytes ? nullptr : read_foreign_event(std::string(json));
    const bool elsewhere = event != nullptr && event->thread_id != 0 && event->thread_id != thread_id;
    return elsewhere ? nullptr : event;
}

bool is_stream(const redisReply* stream) {
    return stream->type == REDIS_REPLY_ARRAY && stream->elements == 2 &&
           stream->element[1]->type == REDIS_REPLY_ARRAY;
}

Entries read_entries(const redisReply& entries, std::int64_t thread_id, std::string_view own_name,
                     const ForeignEventSink& known) {
    Entries out;
    Known before(known);
    for (std::size_t i = 0; i < entries.elements; ++i) {
        const auto* entry = entries.element[i];
        if (!is_entry(entry)) continue;
        out.last_id = text_of(entry->element[0]);
        const auto json = field(entry, "e");
        if (field(entry, "h") == own_name || before.has(json)) continue;
        auto event = event_of(thread_id, json);
        if (event == nullptr) {
            ++out.garbage;
        } else {
            out.events.push_back(std::move(event));
        }
    }
    return out;
}

}  // namespace cedar::host::redis
