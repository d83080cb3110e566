#include "host/http/sse_text.hpp"

#include "host/core/event.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>

namespace cedar::host::http {
namespace {

constexpr std::size_t kRunIdLength = 32;

void append_line(std::string& out, std::string_view field, std::string_view value) {
    out.append(field).append(": ").append(value).push_back('\n');
}

void append_one_line(std::string& out, std::string_view field, std::string_view value) {
    if (value.empty()) return;
    out.append(field).append(": ");
    // A NUL would make a reader ignore an id.
    std::ranges::copy_if(value, std::back_inserter(out),
                         [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
    out.push_back('\n');
}

// As one line where it is one, which is found out faster than where it ends.
void append_data(std::string& out, std::string_view data) {
    const bool lines = data.find('\n') != std::string_view::npos || data.find('\r') != std::string_view::npos;
    for (auto end = lines ? data.find_first_of("\r\n") : std::string_view::npos; end != std::string_view::npos;
         end = data.find_first_of("\r\n")) {
        append_line(out, "data", data.substr(0, end));
        data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
    }
    append_line(out, "data", data);
    out.push_back('\n');
}

}  // namespace

void append_sse_event(std::string& out, std::string_view id, std::string_view name, std::string_view data) {
    append_one_line(out, "id", id);
    append_one_line(out, "event", name);
    append_data(out, data);
}

void append_sse_head(std::string& out, std::string_view date) {
    out.append(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"
        "X-Accel-Buffering: no\r\nConnection: close\r\nDate: ");
    out.append(date).append("\r\n\r\n");
}

void append_sse_comment(std::string& out, std::string_view text) {
    out.append(":").append(text).append("\n\n");
}

void append_sse_retry(std::string& out, std::uint32_t milliseconds) {
    append_line(out, "retry", std::to_string(milliseconds));
    out.push_back('\n');
}

void append_sse_parting(std::string& out) {
    static std::atomic<std::uint32_t> turn{0};
    constexpr std::uint32_t spread = 4000, step = 617, least = 1000;
    append_sse_retry(out, least + turn.fetch_add(step) % spread);
}

void append_sse_event(std::string& out, const Event& event) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), event.seq).ptr;
    out.append("id: ").append(event.run_id).append("-").append(digits.data(), end).append("\n");
    append_data(out, event.json);
}

std::optional<SsePosition> parse_sse_position(std::string_view id) {
    constexpr std::size_t kDigitsMax = 18;
    if (id.size() < kRunIdLength + 2 || id.size() > kRunIdLength + 1 + kDigitsMax || id[kRunIdLength] != '-')
        return std::nullopt;
    const auto run = id.substr(0, kRunIdLength);
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (!std::ranges::all_of(run, is_hex)) return std::nullopt;
    SsePosition position{std::string(run), 0};
    const auto digits = id.substr(kRunIdLength + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), position.seq);
    if (error != std::errc() || end != digits.data() + digits.size() || position.seq == 0) return std::nullopt;
    return position;
}

}  // namespace cedar::host::http
