#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace extractive {

// The smallest piece that is quoted: a sentence, a list item or table row, or a whole block of code.
struct Unit {
    enum class Kind { sentence, item, code };
    Kind kind = Kind::sentence;
    std::string text;     // code without its fences
    std::string heading;  // the nearest Markdown heading above it in the passage, or empty
    std::size_t paragraph = 0;

    bool operator==(const Unit&) const = default;
};

// Cuts a passage, plain text or Markdown, into units in reading order; headings are not units themselves, links
// keep their words alone. A passage may begin and end anywhere, also inside a block of code. Thread: any.
[[nodiscard]] std::vector<Unit> units_of(std::string_view passage);

}  // namespace extractive
