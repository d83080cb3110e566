#pragma once
#include "host/core/chat_request.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host {

struct RunTicket {
    std::string run_id;  // its events are in the EventLog from the moment submit() returns
};

// What an edge (WebSocket, command line) may ask of the host. Thread: any.
class Runs {
public:
    virtual ~Runs() = default;
    // Never fails: a run that cannot start has its terminal event all the same. `project_id` exists.
    [[nodiscard]] virtual RunTicket submit(std::int64_t project_id, ChatRequest request) = 0;
    // False when no such run is going on.
    virtual bool cancel(std::string_view run_id, std::string reason) = 0;
};

}  // namespace cedar::host
