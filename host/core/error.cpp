#include "host/core/error.hpp"

namespace cedar::host {

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_argument: return "invalid_argument";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::already_exists: return "already_exists";
        case ErrorCode::limit: return "limit";
        case ErrorCode::deadline: return "deadline";
        case ErrorCode::cancelled: return "cancelled";
        case ErrorCode::denied: return "denied";
        case ErrorCode::unsupported: return "unsupported";
        case ErrorCode::unavailable: return "unavailable";
        case ErrorCode::io: return "io";
        case ErrorCode::corrupt: return "corrupt";
        case ErrorCode::internal: return "internal";
    }
    return "internal";
}

}  // namespace cedar::host
