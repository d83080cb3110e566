#include "host/core/check.hpp"
#include "host/core/json.hpp"
#include "host/http/chat_message.hpp"
#include "host/http/form.hpp"
#include "host/http/problem.hpp"
#include "host/http/request_checks.hpp"
#include "host/http/ws_handshake.hpp"
#include "host/http/ws_reader.hpp"

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

// All that the reader says of these octets, cut into pieces of `step`.
std::string heard(std::string_view octets, std::size_t step) {
    WsReader reader({.message_bytes = 200, .fragments = 4, .controls = 2}, true);
    std::string out;
    std::string copy(octets);
    for (std::size_t at = 0; at < copy.size(); at += step) {
        std::span<char> piece(copy.data() + at, std::min(step, copy.size() - at));
        for (;;) {
            const auto said = reader.next(piece, {});
            if (said.what == WsReader::What::nothing) break;
            out += static_cast<char>('a' + static_cast<int>(said.what));
            out.append(said.payload).append(std::to_string(static_cast<int>(said.code)));
            if (said.what == WsReader::What::broken) return out;
        }
        CEDAR_CHECK(piece.empty());
    }
    return out;
}

// The same however the octets are cut.
void check_reader(std::string_view octets) {
    const auto whole = heard(octets, octets.size() + 1);
    CEDAR_CHECK(heard(octets, 1) == whole);
    CEDAR_CHECK(heard(octets, 7) == whole);
}

}  // namespace

// Everything that the edge reads of a stranger before anyone else does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_target(text);
    check_form(text);
    check_message(text);
    check_reader(text);
    CEDAR_CHECK(deflate_answer(text).find_first_of("\r\n") == std::string::npos);
    return 0;
}
