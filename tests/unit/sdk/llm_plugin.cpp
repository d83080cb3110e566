// Components that ask a model, each in one way.
#include <cedar/component.hpp>

namespace asking {

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

struct Cities {
    std::vector<std::string> cities;
};
BOOST_DESCRIBE_STRUCT(Cities, (), (cities))

Text asks(const Text& text, cedar::Context& context) {
    const auto reply = context.llm({{"system", "s"}, {"user", text.text}},
                                   {.model = "fast", .temperature = 0.5, .max_tokens = 100});
    std::string out = reply.text + " " + reply.model + " " + std::to_string(reply.usage.input_tokens) + "+" +
                      std::to_string(reply.usage.output_tokens);
    for (const auto& call : reply.tool_calls) out += " " + call.function.name;
    if (!reply.attempts.empty()) out += " " + std::to_string(reply.attempts.size()) + " attempts";
    return {out};
}

// Two ways to meet a failure: a Result here, an exception in the others.
Text catches(const Text& text, cedar::Context& context) {
    const auto [reply] = context.all(cedar::LlmChat({{"user", text.text}}));
    if (reply.ok()) return {reply->text};
    const auto& error = reply.error();
    return {error.code + "|" + error.message + "|" + error.source + "|" + std::to_string(error.provider->status) +
            "|" + error.provider->code + "|" + error.provider->message + "|" +
            (error.retryable ? "retryable" : "")};
}

Text streams(const Text& text, cedar::Context& context) {
    cedar::LlmOptions options;
    options.stream = true;
    options.stream_field = "args.text";
    return {context.llm({{"user", text.text}}, options).text};
}

Text lists(const Text& text, cedar::Context& context) {
    const auto found = context.llm_json<Cities>({{"user", text.text}});
    std::string out;
    for (const auto& city : found.cities) out += (out.empty() ? "" : " ") + city;
    return {out};
}

}  // namespace asking

CEDAR_PLUGIN(
    cedar::component<asking::asks>{.id = "llm.asks", .version = "1.0.0", .summary = "Asks.", .needs = {"llm.chat"}},
    cedar::component<asking::catches>{
        .id = "llm.catches", .version = "1.0.0", .summary = "Catches.", .needs = {"llm.chat"}},
    cedar::component<asking::streams>{
        .id = "llm.streams", .version = "1.0.0", .summary = "Streams.", .needs = {"llm.chat"}},
    cedar::component<asking::lists>{
        .id = "llm.lists", .version = "1.0.0", .summary = "Lists.", .needs = {"llm.chat", "llm.capabilities"}})
