#pragma once
#include <cedar/describe.hpp>

#include <string>
#include <vector>

namespace analysis {

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

struct KeywordsConfig {
    std::uint32_t count = 10;
    std::string model = "fast";
};
BOOST_DESCRIBE_STRUCT(KeywordsConfig, (), (count, model))
CEDAR_ANNOTATE(KeywordsConfig,
               cedar::field<&KeywordsConfig::count>{
                   .description = "Keywords at most.", .minimum = 1, .maximum = 100, .has_default = true},
               cedar::field<&KeywordsConfig::model>{.description = "main, fast, summary, or a model's own name.",
                                                    .min_length = 1,
                                                    .has_default = true})

struct KeywordsMaterial {
    std::string text;
    std::string mark;
    std::uint32_t count = 0;
};
BOOST_DESCRIBE_STRUCT(KeywordsMaterial, (), (text, mark, count))

struct Keywords {
    std::vector<std::string> keywords;
};
BOOST_DESCRIBE_STRUCT(Keywords, (), (keywords))

// The beginning of the text that fits a prompt, and a mark for it. Pure. Thread: any.
[[nodiscard]] KeywordsMaterial material(const std::string& text, std::uint32_t count);

// Trimmed, none blank, each once whatever its case, at most `count`. Thread: any.
[[nodiscard]] Keywords tidied(const Keywords& drafted, std::uint32_t count);

}  // namespace analysis
