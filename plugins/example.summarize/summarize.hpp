#pragma once
#include <cedar/describe.hpp>

#include <string>
#include <string_view>

namespace example {

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))
CEDAR_ANNOTATE(Text, cedar::field<&Text::text>{.description = "What is to be summarised."})

struct Summary {
    std::string summary;
};
BOOST_DESCRIBE_STRUCT(Summary, (), (summary))
CEDAR_ANNOTATE(Summary, cedar::field<&Summary::summary>{.description = "At most 209 characters, one line."})

// "Summary: " and the first 200 characters of the trimmed text, newlines as blanks; "Summary: (no content)" for an
// empty one. Characters are code points. Thread: any.
[[nodiscard]] Summary summarize(const Text& text);

// What the prompt shows of the text: itself, or "(empty)".
[[nodiscard]] Text shown(const Text& text);

// Without white space at both ends, Unicode's included.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace example
