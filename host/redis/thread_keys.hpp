#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host::redis {

// What is in Redis of a thread.
inline constexpr std::string_view kThreadHead = "cedar:thread:", kChannelTail = ":pub", kStreamTail = ":log";

inline std::string thread_key(std::int64_t thread_id, std::string_view tail) {
    return std::string(kThreadHead) + std::to_string(thread_id) + std::string(tail);
}

}  // namespace cedar::host::redis
