#pragma once
#include "host/core/schema_pattern.hpp"

#include <optional>

namespace cedar::host {

// A pattern as a tree, before it becomes a program. Private to core.
struct PatternTree {
    enum class Kind { empty, set, begin, end, sequence, choice, repeat };
    static constexpr std::uint32_t kNoLimit = UINT32_MAX;

    struct Node {
        Kind kind = Kind::empty;
        std::uint32_t set = 0;           // index into sets
        std::uint32_t min = 0, max = 0;  // repeat
        std::vector<std::uint32_t> children;
    };
    std::vector<Node> nodes;
    std::vector<Pattern::Set> sets;
    std::uint32_t root = 0;
};

[[nodiscard]] Result<PatternTree> parse_pattern(std::string_view text);

}  // namespace cedar::host
