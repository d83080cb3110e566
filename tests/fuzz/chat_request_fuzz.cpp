#include "host/core/chat_request.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"
#include "host/core/turn.hpp"

#include <cstddef>
#include <cstdint>

// What a client sends: whatever it is, it is a request or an error with a sentence, and what it says
// can be put into a prompt and an event.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cedar::host;
    const auto request = parse_chat_request({reinterpret_cast<const char*>(data), size});
    if (!request) {
        CEDAR_CHECK(!request.error().message.empty());
        CEDAR_CHECK(check_json(json_string(request.error().message)));
        return 0;
    }
    const JsonLimits roomy{.max_bytes = 64 * 1024 * 1024};
    CEDAR_CHECK(check_json(prompt_to_json(prepare_prompt(*request, {})), roomy));
    CEDAR_CHECK(check_json(json_string(title_from(request->content))));
    CEDAR_CHECK(to_utf8(request->content) == request->content);
    return 0;
}
