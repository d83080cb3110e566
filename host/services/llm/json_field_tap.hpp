#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::services::llm {

// Watches a JSON text go by in pieces and picks out the text of one string member as it comes, escapes resolved. It
// does not check the JSON: whoever gets the whole of it does. What is nested deeper than 64 is not looked into.
// Not thread-safe.
class JsonFieldTap {
public:
    // Keys joined by dots, from the outermost object: "args.text".
    explicit JsonFieldTap(std::string path) : wanted_(std::move(path)) {}

    // Appends what this piece adds to the member's text.
    void feed(std::string_view piece, std::string& out);

private:
    struct Level {
        bool object = false;
        std::size_t path_bytes = 0;  // of the path to it
    };
    void outside(char c);
    void inside(char c, std::string& out);
    void escape(char c, std::string& out);
    void code_unit(std::string& out);

    std::string wanted_, path_, key_;
    std::vector<Level> levels_;
    bool dead_ = false, in_string_ = false, escaped_ = false, is_key_ = false, expects_key_ = false,
         wanted_here_ = false;
    int hex_left_ = 0;
    std::uint32_t unit_ = 0, high_ = 0;
};

}  // namespace cedar::host::services::llm
