#include "host/core/json.hpp"
#include "host/core/plain_text.hpp"
#include "host/core/utf8.hpp"

namespace cedar::host {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kHex = "0123456789abcdef";

void append_escape(std::string& out, unsigned char c) {
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    out += "\\u00";
    out.push_back(kHex[c >> 4U]);
    out.push_back(kHex[c & 15U]);
}

// Appends the sequence at the start of `rest`; returns how many bytes were taken.
std::size_t append_sequence(std::string& out, std::string_view rest) {
    const auto length = utf8_sequence(rest);
    if (length == 0) {
        out += kReplacement;
        return utf8_bad_sequence(rest);
    }
    const auto sequence = rest.substr(0, length);
    // Line ends to a script, and to nothing else: a page may embed what we write.
    if (sequence == "\xE2\x80\xA8") {
        out += "\\u2028";
    } else if (sequence == "\xE2\x80\xA9") {
        out += "\\u2029";
    } else {
        out += sequence;
    }
    return length;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (std::size_t at = 0; at < text.size();) {
        const auto plain = plain_prefix(text.substr(at));
        out.append(text, at, plain);
        at += plain;
        if (at == text.size()) break;
        const auto c = static_cast<unsigned char>(text[at]);
        if (c < 0x80) {
            append_escape(out, c);
            ++at;
        } else {
            at += append_sequence(out, text.substr(at));
        }
    }
    out.push_back('"');
}

std::string json_string(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    append_json_string(out, text);
    return out;
}

std::string to_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto length = utf8_sequence(bytes);
        out += length == 0 ? kReplacement : bytes.substr(0, length);
        bytes.remove_prefix(length == 0 ? utf8_bad_sequence(bytes) : length);
    }
    return out;
}

}  // namespace cedar::host
