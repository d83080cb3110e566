#pragma once
#include "host/ports/thread_log.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::store {

// What becomes one row: events of one run that follow each other in it, and in the log of their thread.
struct EventBatch {
    const PlacedEvent* first = nullptr;
    const PlacedEvent* last = nullptr;
    std::string lines;  // the JSON of each
    // How far each position but the first is from the one before; empty: 1, all of them.
    std::string steps;

    [[nodiscard]] bool takes(const PlacedEvent& next) const;
    void add(const PlacedEvent& next);
};

// Rows of the events behind `after`, by their first positions. Events of this host lie in one row only if nothing
// lies between them in the log of all threads; of another host's runs, of which many go on at once, a row has what
// each said. The rows name the events, which outlive them.
[[nodiscard]] std::vector<EventBatch> batches_of(std::span<const PlacedEvent> events, std::uint64_t after);

// The positions of a row's events, one after the other.
class EventSteps {
public:
    EventSteps(std::uint64_t first, std::string_view steps) : position_(first), rest_(steps) {}
    [[nodiscard]] std::uint64_t position() const { return position_; }
    void go_on();

private:
    std::uint64_t position_;
    std::string_view rest_;
};

}  // namespace cedar::host::store
