#include "answer.hpp"
#include "prompt_values.hpp"

#include <cedar/component.hpp>

namespace aggregator {
namespace {

class Llm {
public:
    using Config = aggregator::Config;
    explicit Llm(const Config& config) : config_(config) {}

    // The prompt is rendered, and so shown, before anything is asked: a failure leaves it to be inspected.
    cedar::Json run(const cedar::AggregatorInput& input, cedar::Context& context) const {
        const auto values = prompt_values(input, config_);
        const auto prompt = context.prompt(input.repair ? "repair" : "aggregate", values);
        const auto abilities = context.call(cedar::LlmCapabilities{.model = config_.model});

        cedar::LlmOptions options;
        options.model = config_.model;
        options.temperature = config_.temperature;
        options.max_tokens = config_.max_tokens;
        options.response_format = abilities.strongest(call_format());
        // What was streamed once and then refused is not shown a second time.
        options.stream = config_.stream && !input.repair;
        if (options.stream) options.stream_field = "args.text";
        context.progress(plan(values, abilities));
        return answer_of(context.llm(prompt, options));
    }

private:
    [[nodiscard]] std::string plan(const PromptValues& values, const cedar::LlmAbilities& abilities) const {
        const auto* mode = abilities.json_schema ? "json_schema" : abilities.json_object ? "json_object" : "text";
        return "asking the model " + (abilities.model.empty() ? config_.model : abilities.model) + " in mode " +
               mode + " with " + std::to_string(values.shown) + " of " + std::to_string(values.answered) +
               " candidates, shuffled by " + std::to_string(values.shuffle_seed);
    }

    Config config_;
};

}  // namespace
}  // namespace aggregator

CEDAR_PLUGIN(cedar::component<&aggregator::Llm::run>{
    .id = "aggregator.llm",
    .version = "1.0.0",
    .summary = "Reconciles what the components returned into one answer, with a language model.",
    .role = cedar::Role::aggregator,
    .tags = {"aggregator", "model"},
    .examples = {{.input =
                      R"json({"request":{"text":"What is a run?"},"candidates":[
        {"name":"retrieval.retrieve_docs","ok":true,"status":"ok",
         "summary":{"results":[{"source":"guide.md","text":"A run is one request's life."}]}}]})json"},
                 {.input = R"json({"request":{"text":"What is a run?"},"candidates":[
        {"name":"retrieval.retrieve_docs","ok":false,"status":"timeout","summary":null,
         "error":{"code":"timeout","message":"it ran past its deadline"}}]})json"}},
    .needs = {"llm.chat", "llm.capabilities", "prompt.render"},
    .prompts = {"aggregate", "repair"},
    .timeout = std::chrono::minutes(2),
    .repairs = 2})
