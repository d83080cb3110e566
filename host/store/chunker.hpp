#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace cedar::host::store {

// A part of a text: its bytes, and where it lies in code points.
struct Chunk {
    std::string_view text;  // into the chunked text
    std::size_t char_start = 0, char_end = 0;
};

// Cuts well-formed UTF-8 into passages of at most `max_chars` code points that together hold all of it but the
// white space between them. A Markdown heading begins a passage once the one before it has some length. Where a
// text is too long for one, the cut is the last blank line, else end of a sentence or list item, else line end,
// else space; inside a word only if it alone is too long. A passage never begins or ends with white space.
// `max_chars` is at least 1. Thread: any.
[[nodiscard]] std::vector<Chunk> chunk_text(std::string_view text, std::size_t max_chars);

}  // namespace cedar::host::store
