// The canonical chat against the real endpoint: only where CEDAR_LIVE_TESTS=1 and a key are in the environment.
#include "model_fixture.hpp"

#include <cstdlib>

namespace cedar::host {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

class Live : public CedarTest {};

TEST_F(Live, CanonicalChatEndsInAFinal) {
    Process::Options options;
    for (const auto* name : {"CEDAR_OPENAI_API_KEY", "CEDARPY_OPENAI_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL",
                             "CEDARPY_OPENAI_MODEL"}) {
        if (const auto value = variable(name); !value.empty()) options.environment[name] = value;
    }
    const bool key = options.environment.contains("OPENAI_API_KEY") ||
                     options.environment.contains("CEDARPY_OPENAI_API_KEY") ||
                     options.environment.contains("CEDAR_OPENAI_API_KEY");
    if (variable("CEDAR_LIVE_TESTS") != "1") GTEST_SKIP() << "CEDAR_LIVE_TESTS=1 is not set";
    if (!key) GTEST_SKIP() << "there is no key in the environment";
    import_roofs();
    const auto server = serve({}, options);
    http::Client client(server->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project_id(*server)));
    ASSERT_TRUE(client.text(R"({"action":"chat","content":"How long does a slate roof last?","debug":true})"));
    SeenRun run;
    for (int silent = 0; run.last_type.empty() && silent < 12;) {  // the client's own wait is ten seconds
        const SeenRun part = read_run(client);
        silent = part.events.empty() ? silent + 1 : 0;
        run.events.insert(run.events.end(), part.events.begin(), part.events.end());
        run.last_type = part.last_type;
    }
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(path(run.events.back(), {"json", "function"}), "final");
    EXPECT_NE(member(run.events.back(), "text"), "");
    expect_prompts(run, 4);
}

}  // namespace
}  // namespace cedar::host
