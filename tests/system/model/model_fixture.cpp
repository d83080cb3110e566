#include "model_fixture.hpp"

namespace cedar::host {

ModelTest::Environment ModelTest::model_environment() const {
    return {{"OPENAI_API_KEY", kKey},
            {"OPENAI_BASE_URL", stub_.url()},
            {"CEDAR_LLM_CAPABILITIES", "json_schema,json_object,tools,stream_usage"},
            {"CEDAR_LLM_BACKOFF_BASE_MS", "1"}};
}

std::unique_ptr<CedarTest::Server> ModelTest::serve_model(std::vector<std::string> more,
                                                          const Environment& extra) const {
    Process::Options options;
    options.environment = model_environment();
    for (const auto& [name, value] : extra) options.environment[name] = value;
    std::erase_if(options.environment, [](const auto& one) { return one.second.empty(); });
    return serve(std::move(more), options);
}

SeenRun ModelTest::ask_model(const std::vector<std::string>& more, const std::string& request) const {
    import_roofs();
    const auto server = serve_model(more);
    return chat(server->port(), project_id(*server), request);
}

std::string ModelTest::text_reply(const std::string& text, const std::string& more) {
    return always("{\"text\":" + json_string(text) + more + "}");
}

std::vector<std::string> events_of(const SeenRun& run, const std::string& type, const std::string& component) {
    std::vector<std::string> out;
    for (const std::string& event : run.events) {
        if (member(event, "type") != type) continue;
        if (component.empty() || member(event, "component") == component) out.push_back(event);
    }
    return out;
}

std::string path(const std::string& json, const std::vector<std::string>& names) {
    std::string at = json;
    for (const std::string& name : names) at = member(at, name);
    return at;
}

void expect_prompts(const SeenRun& run, std::size_t at_least) {
    const auto prompts = events_of(run, "debug");
    EXPECT_GE(prompts.size(), at_least);
    for (const std::string& event : prompts) {
        const auto parsed = parse_json(member(event, "prompt"), {.max_bytes = event.size()});
        ASSERT_TRUE(parsed && parsed->IsArray()) << event;
        bool system = false;
        for (const auto& message : parsed->GetArray())
            system = system || string_member(message, "role") == "system";
        EXPECT_GE(parsed->Size(), 3U) << event;
        EXPECT_TRUE(system) << event;
    }
}

testing::AssertionResult failed_with(const SeenRun& run, const std::string& error) {
    const auto errors = events_of(run, "error");
    const auto said = errors.empty() ? std::string() : member(errors.front(), "error");
    if (errors.size() != 1 || !events_of(run, "final").empty() || said.rfind(error, 0) != 0) {
        return testing::AssertionFailure() << "expected one error " << error << ", got\n" << run.all();
    }
    if (error.rfind("aggregator:", 0) == 0 && events_of(run, "debug", "aggregator").empty()) {
        return testing::AssertionFailure() << "the aggregator's prompt was not shown:\n" << run.all();
    }
    return testing::AssertionSuccess();
}

}  // namespace cedar::host
