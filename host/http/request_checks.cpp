#include "host/http/request_checks.hpp"

#include "host/http/form.hpp"
#include "host/http/problem.hpp"

#include <algorithm>

namespace cedar::host::http {
namespace {

std::size_t count(const RequestHead& head, std::string_view name) {
    const auto same = [name](const auto& field) { return equal_ignoring_case(field.first, name); };
    return static_cast<std::size_t>(std::count_if(head.fields->begin(), head.fields->end(), same));
}

std::string_view value(const RequestHead& head, std::string_view name) {
    for (const auto& [key, text] : *head.fields)
        if (equal_ignoring_case(key, name)) return text;
    return {};
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Whether a comma-separated list holds `token`, over all fields of that name.
bool has_token(const RequestHead& head, std::string_view name, std::string_view token) {
    for (const auto& [key, text] : *head.fields) {
        if (!equal_ignoring_case(key, name)) continue;
        std::string_view rest = text;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            if (equal_ignoring_case(trim(rest.substr(0, comma)), token)) return true;
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
    }
    return false;
}

std::optional<Response> check_transfer(const RequestHead& head) {
    const auto lengths = count(head, "Content-Length");
    if (lengths > 1) return fatal_problem(400, "Content-Length: expected once, got it twice");
    const auto length = value(head, "Content-Length");
    if (lengths == 1 && (length.empty() || length.find_first_not_of("0123456789") != std::string_view::npos))
        return fatal_problem(400, "Content-Length: expected one number, got " + in_quotes(length));
    const auto codings = count(head, "Transfer-Encoding");
    if (codings == 0) return std::nullopt;
    if (head.version < 11) return fatal_problem(400, "Transfer-Encoding: expected none in HTTP/1.0");
    if (lengths != 0) return fatal_problem(400, "expected Content-Length or Transfer-Encoding, got both");
    const auto coding = trim(value(head, "Transfer-Encoding"));
    if (codings == 1 && equal_ignoring_case(coding, "chunked")) return std::nullopt;
    const auto last = trim(coding.substr(coding.rfind(',') + 1));
    const bool ends_well = codings == 1 && equal_ignoring_case(last, "chunked");
    return fatal_problem(ends_well ? 501 : 400,
                         "Transfer-Encoding: expected \"chunked\" alone, got " + in_quotes(coding));
}

// The octets that a base64 text of well-formed padding decodes to, or nothing.
std::optional<std::size_t> base64_octets(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
    const auto digits = text.substr(0, text.size() - padding);
    const auto is_digit = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    return text.size() / 4 * 3 - padding;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::optional<Error> check_path(std::string_view raw, std::string_view decoded) {
    const auto refuse = [&](const char* what) {
        return Error{ErrorCode::invalid_argument, std::string("path: expected ") + what + ", got " + in_quotes(raw),
                     ""};
    };
    if (std::any_of(decoded.begin(), decoded.end(), is_control)) return refuse("no control characters");
    if (decoded.find('\\') != std::string_view::npos) return refuse("no backslash");
    if (std::count(raw.begin(), raw.end(), '/') != std::count(decoded.begin(), decoded.end(), '/'))
        return refuse("no escaped slash");
    auto rest = decoded.substr(1);
    while (!rest.empty()) {
        const auto slash = rest.find('/');
        const auto segment = rest.substr(0, slash);
        if (segment.empty() || segment == "." || segment == "..") return refuse("no empty or dot segments");
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    }
    return std::nullopt;
}

}  // namespace

std::optional<Response> check_head(const RequestHead& head) {
    if (head.version != 10 && head.version != 11) return fatal_problem(505, "expected HTTP/1.1 or HTTP/1.0");
    const auto hosts = count(head, "Host");
    if (hosts != 1)
        return fatal_problem(400,
                             hosts == 0 ? "Host: expected once, got none" : "Host: expected once, got it twice");
    if (auto wrong = check_transfer(head)) return wrong;
    if (count(head, "Expect") != 0 && !equal_ignoring_case(value(head, "Expect"), "100-continue"))
        return fatal_problem(417, "Expect: expected \"100-continue\", got " + in_quotes(value(head, "Expect")));
    return std::nullopt;
}

bool asks_for_websocket(const RequestHead& head) {
    return has_token(head, "Connection", "upgrade") && has_token(head, "Upgrade", "websocket");
}

std::optional<Response> check_handshake(const RequestHead& head) {
    if (head.version < 11) return fatal_problem(400, "WebSocket handshake: expected HTTP/1.1, got HTTP/1.0");
    if (count(head, "Content-Length") + count(head, "Transfer-Encoding") != 0)
        return fatal_problem(400, "WebSocket handshake: expected no body");
    const auto version = value(head, "Sec-WebSocket-Version");
    if (count(head, "Sec-WebSocket-Version") != 1 || version != "13") {
        auto answer = fatal_problem(426, "Sec-WebSocket-Version: expected 13, got " + in_quotes(version));
        answer.fields.emplace_back("Sec-WebSocket-Version", "13");
        return answer;
    }
    if (count(head, "Sec-WebSocket-Key") != 1 || base64_octets(value(head, "Sec-WebSocket-Key")) != 16U)
        return fatal_problem(400, "Sec-WebSocket-Key: expected once, the base64 of 16 octets");
    return std::nullopt;
}

Result<Target> parse_target(std::string_view target) {
    Target out;
    constexpr std::string_view scheme = "http://";
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
        target.remove_prefix(scheme.size());
        const auto end = std::min(target.find_first_of("/?"), target.size());
        out.authority = target.substr(0, end);
        target.remove_prefix(end);
        if (out.authority.empty())
            return Error{ErrorCode::invalid_argument, "target: expected a host, got none", ""};
    }
    const auto mark = target.find('?');
    std::string_view raw = target.substr(0, mark);
    if (!out.authority.empty() && raw.empty()) raw = "/";
    if (raw.empty() || raw.front() != '/')
        return Error{ErrorCode::invalid_argument,
                     "target: expected a path that begins with '/', got " + in_quotes(target), ""};
    if (mark != std::string_view::npos) out.query = target.substr(mark + 1);
    auto path = percent_decode(raw);
    if (!path) return Error{ErrorCode::invalid_argument, "path: " + path.error().message, ""};
    if (auto wrong = check_path(raw, *path)) return std::move(*wrong);
    out.path = std::move(*path);
    return out;
}

}  // namespace cedar::host::http
