#include "host/http/form.hpp"

#include "host/http/message.hpp"

namespace cedar::host::http {
namespace {

constexpr std::size_t max_fields = 64;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return Error{ErrorCode::invalid_argument,
                         "octet " + std::to_string(i) + ": expected two hex digits after '%'", ""};
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[octet >> 4U];
            out += digits[octet & 15U];
        }
    }
    return out;
}

Result<Form> Form::parse(std::string_view body) {
    Form form;
    while (!body.empty()) {
        const auto end = body.find('&');
        const auto field = body.substr(0, end);
        body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
        if (field.empty()) continue;
        if (form.fields_.size() == max_fields)
            return Error{ErrorCode::invalid_argument, "form: expected at most 64 fields, got more", ""};
        const auto equals = field.find('=');
        auto name = percent_decode(field.substr(0, equals), true);
        auto value = percent_decode(equals == std::string_view::npos ? "" : field.substr(equals + 1), true);
        if (!name || !value) {
            const Error& cause = name ? value.error() : name.error();
            return Error{ErrorCode::invalid_argument, "form: " + cause.message, ""};
        }
        form.fields_.emplace_back(std::move(*name), std::move(*value));
    }
    return form;
}

std::optional<std::string_view> Form::find(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value;
    return std::nullopt;
}

bool is_form(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
    return equal_ignoring_case(type, "application/x-www-form-urlencoded");
}

}  // namespace cedar::host::http
