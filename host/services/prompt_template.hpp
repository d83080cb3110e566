#pragma once
#include "host/core/error.hpp"
#include "host/services/template_tags.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::services {

inline constexpr std::size_t kTemplateMax = 256 * 1024;  // bytes of a file
inline constexpr std::size_t kMessagesMax = 100;

// A prompt file as read: prompts/README.md says the format. Immutable.
struct PromptTemplate {
    struct Input {
        std::string name;
        bool optional = false;
    };
    struct Message {
        std::string role;
        std::string text;  // Mustache
        std::vector<TemplateTag> tags;
    };
    std::string place;  // "<component id>/<name>.md", for messages
    std::string version;
    std::string hash;  // SHA-256 of the file, hex
    std::vector<Input> inputs;
    std::vector<Message> messages;

    [[nodiscard]] const Input* input(std::string_view name) const;  // null when there is none
};

// `id` is "<component id>/<name>", which the front matter must repeat. Error invalid_argument
// "<id>.md:<line>: <what was expected>, got …". Thread: any.
[[nodiscard]] Result<PromptTemplate> parse_prompt(std::string_view id, std::string_view file);

}  // namespace cedar::host::services
