#include "tools/llm-stub/completion.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <cstdio>

namespace cedar::llm_stub {

namespace {

constexpr std::string_view kUsage = R"("usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120})";

std::string event(std::string_view delta, std::string_view finish) {
    std::string out =
        R"(data: {"id":"stub","object":"chat.completion.chunk","model":"stub","choices":[{"index":0,"delta":)";
    out += delta;
    out += R"(,"finish_reason":)";
    out += finish.empty() ? "null" : host::json_string(finish);
    return out + "}]}\n\n";
}

// Cuts at code points.
std::size_t cut(std::string_view text, std::size_t want) {
    while (want < text.size() && (static_cast<unsigned char>(text[want]) & 0xC0U) == 0x80U) ++want;
    return std::min(want, text.size());
}

}  // namespace

std::string completion(std::string_view text) {
    return R"({"id":"stub","object":"chat.completion","model":"stub","choices":[{"index":0,"message":)"
           R"({"role":"assistant","content":)" +
           host::json_string(text) + R"(},"finish_reason":"stop"}],)" + std::string(kUsage) + "}";
}

std::vector<std::string> stream_pieces(std::string_view text, std::size_t chunk_chars) {
    std::vector<std::string> pieces = {event(R"({"role":"assistant","content":""})", "")};
    while (!text.empty()) {
        const auto size = cut(text, chunk_chars == 0 ? 8 : chunk_chars);
        pieces.push_back(event(R"({"content":)" + host::json_string(text.substr(0, size)) + "}", ""));
        text.remove_prefix(size);
    }
    pieces.push_back(event("{}", "stop"));
    pieces.push_back("data: {\"id\":\"stub\",\"model\":\"stub\",\"choices\":[]," + std::string(kUsage) + "}\n\n");
    pieces.emplace_back("data: [DONE]\n\n");
    return pieces;
}

std::string head(const Reply& reply, std::string_view content_type, std::optional<std::size_t> length) {
    std::string out =
        "HTTP/1.1 " + std::to_string(reply.status) + " Stub\r\nContent-Type: " + std::string(content_type) + "\r\n";
    for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
    out += length ? "Content-Length: " + std::to_string(*length) + "\r\n\r\n"
                  : std::string("Transfer-Encoding: chunked\r\n\r\n");
    return out;
}

std::string as_chunk(std::string_view bytes) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return size + std::string(bytes) + "\r\n";
}

}  // namespace cedar::llm_stub
