#include "host/http/ws_handshake.hpp"

#include "host/http/message.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace cedar::host::http {
namespace {

constexpr std::string_view fixed_key = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // of the protocol, for all
constexpr int least_bits = 9;                                                   // zlib makes no smaller window
constexpr int most_bits = 15;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// What stands before the next `mark`, which `rest` then goes on after.
std::string_view next_part(std::string_view& rest, char mark) {
    const auto end = std::min(rest.find(mark), rest.size());
    const auto part = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

// 8 to 15, quoted or not.
std::optional<int> window_bits(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    int bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc() || end != text.data() + text.size() || text.front() == '0') return std::nullopt;
    if (bits < 8 || bits > most_bits) return std::nullopt;
    return bits;
}

// The parameters of one offer; nothing: it cannot be met.
struct Offer {
    bool server_alone = false, client_alone = false, client_bits = false;
    int server_bits = 0;

    bool take(std::string_view parameter) {
        const auto equals = parameter.find('=');
        const auto name = trimmed(parameter.substr(0, equals));
        const auto value =
            equals == std::string_view::npos ? std::string_view() : trimmed(parameter.substr(equals + 1));
        const bool has_value = equals != std::string_view::npos;
        if (equal_ignoring_case(name, "server_no_context_takeover"))
            return !has_value && !std::exchange(server_alone, true);
        if (equal_ignoring_case(name, "client_no_context_takeover"))
            return !has_value && !std::exchange(client_alone, true);
        if (equal_ignoring_case(name, "client_max_window_bits"))
            return (!has_value || window_bits(value)) && !std::exchange(client_bits, true);
        if (!equal_ignoring_case(name, "server_max_window_bits") || server_bits != 0) return false;
        server_bits = window_bits(value).value_or(0);
        return server_bits >= least_bits;
    }
};

}  // namespace

std::string accept_of(std::string_view key) {
    const auto text = std::string(key).append(fixed_key);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> out{};
    const int length = EVP_EncodeBlock(out.data(), digest.data(), static_cast<int>(size));
    return {out.begin(), out.begin() + length};
}

std::string deflate_answer(std::string_view offered) {
    while (!offered.empty()) {
        auto one = next_part(offered, ',');
        if (!equal_ignoring_case(next_part(one, ';'), "permessage-deflate")) continue;
        Offer offer;
        bool met = true;
        while (met && !one.empty()) met = offer.take(next_part(one, ';'));
        if (!met) continue;
        std::string answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        if (offer.server_bits != 0) answer += "; server_max_window_bits=" + std::to_string(offer.server_bits);
        return answer;
    }
    return {};
}

std::string switching_protocols(std::string_view key, std::string_view extensions) {
    std::string out =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    out.append(accept_of(key)).append("\r\n");
    if (!extensions.empty()) out.append("Sec-WebSocket-Extensions: ").append(extensions).append("\r\n");
    return out.append("\r\n");
}

}  // namespace cedar::host::http
