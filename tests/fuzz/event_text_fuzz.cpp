#include "host/core/check.hpp"
#include "host/core/event_text.hpp"
#include "host/core/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

// An event that comes from Redis, where anybody may write: what is taken is one line of JSON that says of itself
// what was read from it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cedar::host;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const EventPtr event = read_foreign_event(text);
    if (event == nullptr) return 0;
    CEDAR_CHECK(event->json == text && text.find_first_of("\r\n") == std::string::npos);
    const auto parsed = parse_json(text, {.max_bytes = size, .max_depth = 128, .unique_keys = false});
    CEDAR_CHECK(parsed.has_value());
    CEDAR_CHECK(string_member(*parsed, "type") == to_string(event->type));
    CEDAR_CHECK(string_member(*parsed, "eid") == event->eid);
    CEDAR_CHECK(string_member(*parsed, "run_id") == event->run_id);
    const auto* const seq = find_member(*parsed, "seq");
    CEDAR_CHECK(seq != nullptr && seq->IsUint64() && seq->GetUint64() == event->seq);
    return 0;
}
