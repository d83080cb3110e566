#pragma once
#include "host/core/error.hpp"
#include "host/services/prompt_template.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::services {

struct FrontMatter {
    std::string version;
    std::vector<PromptTemplate::Input> inputs;
    std::size_t lines = 0;  // of the file that it takes, both "---" included
};

// Reads the lines between "---" and "---" at the start of `lines`. Error invalid_argument "<line>: <what>". Thread:
// any.
[[nodiscard]] Result<FrontMatter> read_front_matter(std::string_view id,
                                                    const std::vector<std::string_view>& lines);

}  // namespace cedar::host::services
