#pragma once
#include "host/ports/remote_events.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisReply;

namespace cedar::host::redis {

// Empty for null, and for what is no text. In the reply.
[[nodiscard]] std::string_view text_of(const redisReply* reply);
// A positive number, and nothing else.
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view text);
// Of a key or channel that ends so (thread_keys.hpp).
[[nodiscard]] std::optional<std::int64_t> thread_of(std::string_view key, std::string_view tail);
// Whatever somebody put there: null where it is no event, too large for one, or another thread's.
[[nodiscard]] EventPtr event_of(std::int64_t thread_id, std::string_view json);

// One stream of a reply to XREAD: [key, [entry, …]].
[[nodiscard]] bool is_stream(const redisReply* stream);

struct Entries {
    std::vector<EventPtr> events;  // of other hosts
    std::uint64_t garbage = 0;
    std::string last_id;
};
// What the entries of a thread's stream hold, in order. What is known already, since it came as a message, is left
// out without being read to its end.
[[nodiscard]] Entries read_entries(const redisReply& entries, std::int64_t thread_id, std::string_view own_name,
                                   const ForeignEventSink& known);

}  // namespace cedar::host::redis
