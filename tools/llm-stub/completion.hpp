#pragma once
#include "tools/llm-stub/script.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cedar::llm_stub {

// Shapes of the OpenAI API around a text. Source: OpenAI API reference, chat completion object and chunk object.
[[nodiscard]] std::string completion(std::string_view text);
[[nodiscard]] std::vector<std::string> stream_pieces(std::string_view text, std::size_t chunk_chars);

// "HTTP/1.1 200 OK\r\n…\r\n\r\n" for a body of `length` bytes, or chunked when it is streamed.
[[nodiscard]] std::string head(const Reply& reply, std::string_view content_type,
                               std::optional<std::size_t> length);
[[nodiscard]] std::string as_chunk(std::string_view bytes);  // of a chunked body

}  // namespace cedar::llm_stub
