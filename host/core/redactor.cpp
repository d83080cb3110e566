#include "host/core/redactor.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <array>

namespace cedar::host {

namespace {

constexpr std::size_t kShortestSecret = 8;

struct Shape {
    std::string_view prefix;
    std::size_t shortest;  // characters of the key after the prefix
};
constexpr std::array<Shape, 3> kShapes = {{{"sk-", 20}, {"Bearer ", 16}, {"bearer ", 16}}};

bool key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

// "risk-…" is a word, not a key.
bool begins_a_word(std::string_view text, std::size_t at) {
    return at == 0 || !key_character(text[at - 1]);
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
    for (const auto& secret : secrets) {
        if (secret.size() < kShortestSecret) continue;
        secrets_.push_back(secret);
        auto escaped = json_string(secret);
        escaped = escaped.substr(1, escaped.size() - 2);
        if (escaped != secret) secrets_.push_back(std::move(escaped));
    }
    // A secret that holds another one goes first.
    std::ranges::sort(secrets_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

Redactor::Span Redactor::next(std::string_view text, std::size_t from) const {
    Span best;
    const auto offer = [&best](std::size_t begin, std::size_t end) {
        if (begin < best.begin || best.begin == std::string_view::npos) best = {begin, end};
    };
    for (const auto& secret : secrets_) {
        if (const auto at = text.find(secret, from); at != std::string_view::npos) offer(at, at + secret.size());
    }
    for (const auto& shape : kShapes) {
        for (auto at = text.find(shape.prefix, from); at != std::string_view::npos;
             at = text.find(shape.prefix, at + 1)) {
            const auto key = at + shape.prefix.size();
            auto end = key;
            while (end < text.size() && key_character(text[end])) ++end;
            if (end - key < shape.shortest || !begins_a_word(text, at)) continue;
            offer(at, end);
            break;
        }
    }
    return best;
}

bool Redactor::clean(std::string_view text) const {
    return next(text, 0).begin == std::string_view::npos;
}

std::string Redactor::redact(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (auto span = next(text, 0); span.begin != std::string_view::npos; span = next(text, at)) {
        out += text.substr(at, span.begin - at);
        out += kMark;
        at = span.end;
    }
    out += text.substr(at);
    return out;
}

}  // namespace cedar::host
