#include "host/core/event.hpp"

namespace cedar::host {

std::string_view to_string(EventType type) {
    switch (type) {
        case EventType::ack: return "ack";
        case EventType::info: return "info";
        case EventType::action: return "action";
        case EventType::message: return "message";
        case EventType::prompt: return "prompt";
        case EventType::debug: return "debug";
        case EventType::token: return "token";
        case EventType::progress: return "progress";
        case EventType::final: return "final";
        case EventType::error: return "error";
    }
    return "info";
}

}  // namespace cedar::host
