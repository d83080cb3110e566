#include "host/core/check.hpp"
#include "host/core/json.hpp"
#include "host/http/chat_message.hpp"
#include "host/http/form.hpp"
#include "host/http/problem.hpp"
#include "host/http/request_checks.hpp"
#include "host/http/ws_frames.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace {

using namespace cedar::host;
using namespace cedar::host::http;

// A target that is accepted names a path that cannot leave or hide anything.
void check_target(std::string_view text) {
    const auto target = parse_target(text);
    if (!target) {
        CEDAR_CHECK(check_json(problem(target.error()).body));
        return;
    }
    const auto& path = target->path;
    CEDAR_CHECK(!path.empty() && path.front() == '/');
    CEDAR_CHECK(path.find("//") == std::string::npos && path.find('\\') == std::string::npos);
    CEDAR_CHECK((path + "/").find("/../") == std::string::npos && (path + "/").find("/./") == std::string::npos);
    CEDAR_CHECK(
        std::none_of(path.begin(), path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
}

void check_form(std::string_view text) {
    const auto form = Form::parse(text);
    if (!form) CEDAR_CHECK(!form.error().message.empty());
}

void check_message(std::string_view text) {
    const auto message = parse_chat_message(text);
    if (!message) CEDAR_CHECK(check_json(json_string(message.error().message)));
}

// The meter says the same however the octets are cut.
void check_meter(std::span<const std::byte> octets) {
    FrameMeter whole(4, 2);
    FrameMeter single(4, 2);
    const bool passed = whole.take(octets, {});
    bool passed_single = true;
    for (std::size_t i = 0; i < octets.size() && passed_single; ++i)
        passed_single = single.take(octets.subspan(i, 1), {});
    CEDAR_CHECK(passed == passed_single);
}

}  // namespace

// Everything that the edge reads of a stranger before anyone else does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_target(text);
    check_form(text);
    check_message(text);
    check_meter(std::as_bytes(std::span(data, size)));
    return 0;
}
