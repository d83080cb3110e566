#include "retrieve.hpp"

#include <cedar/component.hpp>

namespace retrieval {
namespace {

class RetrieveDocs {
public:
    using Config = retrieval::Config;
    explicit RetrieveDocs(const Config& config) : config_(config) {}

    cedar::Passages run(const Query& query, cedar::Context& context) const {
        context.show_prompt(prompt_for(query));
        if (is_blank(query)) return {};
        return context.call(search_for(query, config_));
    }

private:
    Config config_;
};

}  // namespace
}  // namespace retrieval

CEDAR_PLUGIN(cedar::component<&retrieval::RetrieveDocs::run>{
    .id = "retrieval.retrieve_docs",
    .version = "1.0.0",
    .summary = "Finds the passages of the project's documents that match a question, best first.",
    .tags = {"search", "documents", "retrieval"},
    .examples = {{.input = R"({"query":"How do I write a component?"})"},
                 {.input = R"({"query":""})", .output = R"({"results":[]})"}},
    .needs = {"store.search"},
    .select = {.always = true}})
