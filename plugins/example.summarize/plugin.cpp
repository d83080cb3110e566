#include "summarize.hpp"

#include <cedar/component.hpp>

namespace example {
namespace {

// The prompt is rendered for those who watch the run; the summary itself asks no model.
Summary run(const Text& text, cedar::Context& context) {
    context.prompt("summarize", shown(text));
    return summarize(text);
}

}  // namespace
}  // namespace example

CEDAR_PLUGIN(cedar::component<example::run>{
    .id = "example.summarize",
    .version = "1.0.0",
    .summary = "Summarises a text by its first 200 characters, without a model.",
    .tags = {"summary", "example"},
    .examples = {{.input = R"({"text":"One line.\nAnother line."})",
                  .output = R"({"summary":"Summary: One line. Another line."})"},
                 {.input = R"({"text":""})", .output = R"json({"summary":"Summary: (no content)"})json"}},
    .needs = {"prompt.render"},
    .prompts = {"summarize"},
    .deterministic = true,
    .select = {.always = true}})
