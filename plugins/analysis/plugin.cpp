#include "answer.hpp"
#include "critique.hpp"
#include "keywords.hpp"

#include <cedar/component.hpp>

namespace analysis {
namespace {

class AnswerQuestion {
public:
    using Config = analysis::Config;
    explicit AnswerQuestion(const Config& config) : config_(config) {}

    Answer run(const Question& question, cedar::Context& context) const {
        const auto found = material(question.query, find_passages(question, config_, context), config_);
        if (found.passages.empty()) return nothing_found();
        const auto prompt = context.prompt("answer", found);
        return checked(context.llm_json<Drafted>(prompt, {.model = config_.model}), found);
    }

private:
    Config config_;
};

class CompareClaims {
public:
    using Config = analysis::Config;
    explicit CompareClaims(const Config& config) : config_(config) {}

    Critique run(const Question& question, cedar::Context& context) const {
        const auto found = material(question.query, find_passages(question, config_, context), config_);
        if (found.passages.size() < 2) return {found.passages.size(), {}};
        const auto prompt = context.prompt("critique", found);
        return checked(context.llm_json<DraftedCritique>(prompt, {.model = config_.model}), found);
    }

private:
    Config config_;
};

class FindKeywords {
public:
    using Config = KeywordsConfig;
    explicit FindKeywords(const Config& config) : config_(config) {}

    Keywords run(const Text& text, cedar::Context& context) const {
        if (text.text.find_first_not_of(" \t\r\n") == std::string::npos) return {};
        const auto prompt = context.prompt("keywords", material(text.text, config_.count));
        return tidied(context.llm_json<Keywords>(prompt, {.model = config_.model}), config_.count);
    }

private:
    Config config_;
};

}  // namespace
}  // namespace analysis

// Tools: a model costs, so they run when they are asked for by id, and not whenever a word of theirs occurs.
CEDAR_PLUGIN(
    cedar::component<&analysis::AnswerQuestion::run>{
        .id = "analysis.answer",
        .version = "1.0.0",
        .summary = "Answers a question from passages alone and cites the passage of each statement, with a model.",
        .role = cedar::Role::tool,
        .tags = {"answer", "question", "citations"},
        .examples =
            {{.input = R"json({"query":"How long may a run take?","passages":[{"chunk_id":"1:000000",
            "file_id":1,"source":"runs.md","char_start":0,"char_end":29,"text":"A run takes at most a minute.",
            "score":1.5}]})json"},
             {.input = R"json({"query":""})json",
              .output =
                  R"json({"found":false,"answer":)json"
                  R"json("No passage of the project's documents matches the question.","citations":[]})json"}},
        .needs = {"llm.chat", "llm.capabilities", "prompt.render", "store.search"},
        .prompts = {"answer"},
        .timeout = std::chrono::seconds(60)},
    cedar::component<&analysis::CompareClaims::run>{
        .id = "analysis.critique",
        .version = "1.0.0",
        .summary = "Lists where passages contradict each other, with a model.",
        .role = cedar::Role::tool,
        .tags = {"contradictions", "conflict", "critique"},
        .examples = {{.input = R"json({"query":"","passages":[]})json",
                      .output = R"json({"compared":0,"contradictions":[]})json"}},
        .needs = {"llm.chat", "llm.capabilities", "prompt.render", "store.search"},
        .prompts = {"critique"},
        .timeout = std::chrono::seconds(60)},
    cedar::component<&analysis::FindKeywords::run>{
        .id = "analysis.keywords",
        .version = "1.0.0",
        .summary = "Finds the keywords of a text, with a model.",
        .role = cedar::Role::tool,
        .tags = {"keywords", "terms"},
        .examples = {{.input = R"json({"text":"Cedar asks components and reconciles what they return."})json"},
                     {.input = R"json({"text":" "})json", .output = R"json({"keywords":[]})json"}},
        .needs = {"llm.chat", "llm.capabilities", "prompt.render"},
        .prompts = {"keywords"},
        .timeout = std::chrono::seconds(30)})
