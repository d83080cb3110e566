#pragma once
#include "host/core/event.hpp"
#include "host/core/now.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host {

// What every event has. Source: shared envelope of the chat socket.
struct EventHead {
    EventType type = EventType::info;
    std::uint64_t seq = 0;
    std::string_view run_id, eid;
    std::string_view t;  // utc_text
    std::int64_t project_id = 0, thread_id = 0;
};

// Builds one event by appending, without a tree in between: two thousand of them are made in the time of a request.
// `raw` values are JSON that is known to be whole. Private to core.
class EventWriter {
public:
    // The text may become longer than expected; that costs a copy.
    explicit EventWriter(const EventHead& head, std::size_t expected_bytes = 384);

    EventWriter& text(std::string_view key, std::string_view value);
    EventWriter& number(std::string_view key, std::int64_t value);
    EventWriter& raw(std::string_view key, std::string_view json);
    // Fields up to close() go into an object of their own.
    EventWriter& open(std::string_view key);
    EventWriter& close();
    [[nodiscard]] EventPtr finish();

private:
    void key(std::string_view name);
    std::shared_ptr<Event> event_;
    bool first_ = false;  // the next key is its object's first
};

// "2026-01-02T03:04:05.000006Z".
[[nodiscard]] std::string utc_text(UtcTime time);
// Milliseconds with the microseconds as decimals, without trailing zeros: 1500 us is "1.5".
void append_ms(std::string& out, std::chrono::microseconds duration);

}  // namespace cedar::host
