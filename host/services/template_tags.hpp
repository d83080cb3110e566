#pragma once
#include "host/core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::services {

// A Mustache tag of a template, as its checks need it; the rendering itself is kainjow's.
struct TemplateTag {
    enum class Kind { variable, section, inverted };
    Kind kind = Kind::variable;
    std::string name;  // "text", "item.text", "."
    std::size_t line = 0;
    std::vector<TemplateTag> children;  // of sections
};

inline constexpr std::size_t kSectionDepthMax = 16;

// The tags of a text whose first line has the number `first_line`. Error invalid_argument "<line>: <what>": a tag
// or section that is not closed, closed but not opened, a partial, changed delimiters, an odd name, too deep.
// Thread: any.
[[nodiscard]] Result<std::vector<TemplateTag>> read_tags(std::string_view text, std::size_t first_line);

}  // namespace cedar::host::services
