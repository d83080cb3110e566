#include "host/services/llm/sse_parser.hpp"

#include "host/core/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using cedar::host::services::llm::SseEvent;
using cedar::host::services::llm::SseParser;

constexpr std::size_t kMaxEventBytes = 256;

struct Seen {
    std::vector<std::pair<std::string, std::string>> events;
    bool failed = false;
    bool operator==(const Seen&) const = default;
};

Seen fed(std::string_view bytes, std::size_t piece) {
    Seen seen;
    SseParser parser(kMaxEventBytes);
    for (std::size_t at = 0; at < bytes.size() && !seen.failed; at += piece) {
        const auto result = parser.feed(bytes.substr(at, piece), [&](const SseEvent& event) {
            CEDAR_CHECK(!event.name.empty() && event.data.size() <= kMaxEventBytes);
            seen.events.emplace_back(event.name, event.data);
        });
        seen.failed = !result;
        if (seen.failed) CEDAR_CHECK(!parser.feed("data: x\n\n", [](const SseEvent&) { CEDAR_CHECK(false); }));
    }
    return seen;
}

}  // namespace

// What a model's endpoint streams: however the network cuts it, the events are the same, and so is the end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = fed(bytes, std::max<std::size_t>(bytes.size(), 1));
    CEDAR_CHECK(fed(bytes, 1) == whole);
    CEDAR_CHECK(fed(bytes, 1 + data[0] % 32U) == whole);
    return 0;
}
