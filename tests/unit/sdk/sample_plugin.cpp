#include "sample_plugin.hpp"

#include <stdexcept>

namespace sample {

Text echo(const Text& text) {
    return text;
}
Number nothing_in() {
    return {42};
}

Text throws(const Text& what) {
    if (what.text == "error") throw cedar::Error("no_luck", "there was no luck", "at all", true);
    if (what.text == "denied") throw cedar::Error("denied", "not allowed");
    if (what.text == "exception") throw std::runtime_error("ran out of it");
    if (what.text == "int") throw 7;
    return what;
}

cedar::Result<Text> returns_result(const Text& what) {
    if (what.text.empty()) return cedar::Error("empty", "expected a text, got none");
    return what;
}

Text bad_bytes(const Text&) {
    return {"\xFF\xFE"};
}

Text searches(const Text& query, cedar::Context& context) {
    const auto found = context.search(query.text, 3);
    return {found.results.empty() ? "nothing" : found.results.front().text};
}

Text catches_and_calls(const Text& query, cedar::Context& context) {
    try {
        throw std::runtime_error("first");
    } catch (const std::exception& error) {
        const auto found = context.search(query.text);
        return {std::string(error.what()) + " " + std::to_string(found.results.size())};
    }
}

Text many(const Number& count, cedar::Context& context) {
    std::vector<cedar::Search> searches;
    for (std::int64_t index = 0; index < count.number; ++index)
        searches.push_back({.query = std::to_string(index)});
    std::string text;
    for (const auto& reply : context.all(searches)) text += reply.ok() ? 'y' : 'n';
    return {text};
}

Text both(cedar::Context& context) {
    const auto [found, slept] = context.all(cedar::Search{.query = "a"}, cedar::Sleep{.ms = 5});
    return {(found.ok() ? found->results.at(0).text : found.error().code) + ", " +
            (slept.ok() ? "slept" : slept.error().code)};
}

Number remaining_ms(cedar::Context& context) {
    context.sleep(std::chrono::milliseconds(400));
    return {std::chrono::duration_cast<std::chrono::milliseconds>(context.remaining()).count()};
}

Text talks(const Text& text, cedar::Context& context) {
    context.log("began");
    context.log(cedar::LogLevel::warn, "careful");
    context.progress("half \"way\"");
    context.token("tok");
    context.show_prompt({{"system", "be brief"}, {"user", text.text}});
    return {context.cancelled() ? "stop" : "go"};
}

Counter::Counter(const Config& config) : value_(config.start) {
    if (config.name == "refused") throw cedar::Error("invalid_config", "that name is refused");
    ++alive;
}
Number Counter::count(const Number& step) {
    return {value_ += step.number};
}

}  // namespace sample

CEDAR_PLUGIN(
    cedar::component<sample::echo>{
        .id = "sample.echo",
        .version = "1.2.3-rc.1",
        .summary = "Echoes \"it\".",
        .role = cedar::Role::tool,
        .tags = {"a", "b"},
        .examples = {{.input = R"({"text":"x"})", .output = R"({"text":"x"})"}, {.input = R"({"text":"y"})"}},
        .prompts = {"p"},
        .timeout = std::chrono::seconds(1),
        .execution = cedar::Execution::blocking,
        .concurrency = 4,
        .stack_kib = 512,
        .repairs = 2,
        .deterministic = true,
        .select = {.always = true, .keywords = {"k"}, .file_kinds = {"csv"}, .fields = {"file_id"}}},
    cedar::component<sample::nothing_in>{.id = "sample.nothing_in", .version = "1.0.0", .summary = "No input."},
    cedar::component<sample::throws>{.id = "sample.throws", .version = "1.0.0", .summary = "Throws."},
    cedar::component<sample::returns_result>{.id = "sample.result", .version = "1.0.0", .summary = "Result."},
    cedar::component<sample::bad_bytes>{.id = "sample.bad_bytes", .version = "1.0.0", .summary = "Not UTF-8."},
    cedar::component<sample::searches>{
        .id = "sample.searches", .version = "1.0.0", .summary = "Searches.", .needs = {"store.search"}},
    cedar::component<sample::searches>{.id = "sample.may_not", .version = "1.0.0", .summary = "Needs nothing."},
    cedar::component<sample::catches_and_calls>{
        .id = "sample.catches", .version = "1.0.0", .summary = "Calls in a catch.", .needs = {"store.search"}},
    cedar::component<sample::many>{
        .id = "sample.many", .version = "1.0.0", .summary = "Many calls.", .needs = {"store.search"}},
    cedar::component<sample::both>{
        .id = "sample.both", .version = "1.0.0", .summary = "Two services.", .needs = {"store.search"}},
    cedar::component<sample::remaining_ms>{
        .id = "sample.remaining", .version = "1.0.0", .summary = "Time.", .needs = {"timer.sleep"}},
    cedar::component<sample::talks>{.id = "sample.talks", .version = "1.0.0", .summary = "Talks."},
    cedar::component<&sample::BadCancel::run>{
        .id = "sample.bad_cancel", .version = "1.0.0", .summary = "Its cancel throws."},
    cedar::component<&sample::Counter::count>{.id = "sample.counter", .version = "1.0.0", .summary = "Counts."})
