#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace cedar::detail {

// Where in a document a value is; lives on the stack of the walk, becomes text only for an error.
struct Path {
    const Path* parent = nullptr;
    std::string_view key = {};
    std::size_t index = 0;
    bool in_list = false;

    // A JSON pointer, "" for the whole document. Source: RFC 6901.
    [[nodiscard]] std::string text() const {
        if (parent == nullptr) return {};
        std::string out = parent->text() + "/";
        if (in_list) return out + std::to_string(index);
        for (const char character : key) {
            if (character == '~') {
                out += "~0";
            } else if (character == '/') {
                out += "~1";
            } else {
                out += character;
            }
        }
        return out;
    }
    [[nodiscard]] std::string place() const { return parent == nullptr ? " at the top" : " at " + text(); }
};

}  // namespace cedar::detail
