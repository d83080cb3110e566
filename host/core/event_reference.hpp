#pragma once
#include "host/core/event.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace cedar::host {

// A body that an event does not carry itself.
struct BodyReference {
    std::string sha256;     // of the body, 64 hex
    std::size_t bytes = 0;  // of the body
    std::string url;        // where it is served, a path on this host
};

// Keeps a body (JSON text) and says where; nothing when it cannot be kept.
using KeepBody = std::function<std::optional<BodyReference>(std::string body)>;

// The event, or one of the same number, id and meaning that is at most `max_bytes` large where possible: its
// largest fields are handed to `keep`, largest first. `messages`, `prompt`, `json`, `missing` and `call.content`
// become
// {"ref":{"sha256","bytes","url"}}. Of `text`, `error` and `detail` a beginning stays, and `text_ref` and so on
// have the reference to the whole as a JSON string. What `keep` does not take stays. Thread: any.
[[nodiscard]] EventPtr with_references(const EventPtr& event, std::size_t max_bytes, const KeepBody& keep);

}  // namespace cedar::host
