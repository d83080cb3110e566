#include "host/core/final_verifier.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"

#include <cstddef>
#include <cstdint>

// What an aggregator answers: accepted answers are whole, and accepted again as written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cedar::host;
    const auto call = verify_final({reinterpret_cast<const char*>(data), size});
    if (!call) {
        CEDAR_CHECK(!call.error().message.empty());
        return 0;
    }
    CEDAR_CHECK(!call->text.empty());
    const auto again = verify_final(call->json, {.max_bytes = 8 * size + 64, .max_depth = 16});
    CEDAR_CHECK(again && again->text == call->text && again->json == call->json);
    return 0;
}
