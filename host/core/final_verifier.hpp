#pragma once
#include "host/core/error.hpp"

#include <string>
#include <string_view>

namespace cedar::host {

// The aggregator's answer after the host has checked it.
struct FinalCall {
    std::string json;               // the function-call object, compact
    std::string function;           // "final"
    std::string text;               // args.text, trimmed, never empty
    std::string title;              // args.title, trimmed, or empty
    std::string changelog_summary;  // or empty
};

struct FinalLimits {
    std::size_t max_bytes = 256 * 1024;
    unsigned max_depth = 16;
};

// Strict: one JSON object (surrounding white space aside), no trailing text, no Markdown fence, no duplicate key,
// bounded depth and size, `function` in the allowed set ("final"), `args` with a non-empty string `text`, a string
// `title` if present, `run_summary` an array of strings if present; `output_to_user` and
// `changelog_summary` strings if present; no other key.
// Error invalid_argument whose message says what was expected, what came and where, fit to be shown to a
// model that is asked to mend it. Thread: any.
[[nodiscard]] Result<FinalCall> verify_final(std::string_view answer, const FinalLimits& limits = {});

}  // namespace cedar::host
