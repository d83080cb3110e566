// The shipped prompts in a folder of one's own, edited while the host runs.
#include "model_fixture.hpp"
#include "tests/support/source_tree.hpp"

#include <filesystem>
#include <fstream>

namespace cedar::host {
namespace {

class Prompts : public ModelTest {
protected:
    void SetUp() override {
        std::filesystem::copy(in_source_tree("prompts"), folder_ / "prompts",
                              std::filesystem::copy_options::recursive);
        stub_.set_rules(text_reply(kFinal));
        import_roofs();
    }
    [[nodiscard]] std::unique_ptr<Server> serve_edited() const {
        return serve_model({"--set", "prompts=" + (folder_ / "prompts").string()});
    }
    void append(const std::string& more) const {
        std::ofstream(folder_ / "prompts/aggregator.llm/aggregate.md", std::ios::app) << more;
    }
    static std::string hash(const SeenRun& run) {
        EXPECT_EQ(run.last_type, "final") << run.all();
        return run.events.empty() ? "" : path(run.events.back(), {"aggregator", "prompt_hash"});
    }
};

TEST_F(Prompts, ReloadWhenTheirFileChangesAndKeepTheLastGoodOne) {
    const auto server = serve_edited();
    const auto project = project_id(*server);
    const auto shipped = hash(chat(server->port(), project, kQuestion));
    append("Mind the gutters.\n");
    const auto edited = hash(chat(server->port(), project, kQuestion));
    EXPECT_NE(edited, shipped);
    EXPECT_NE(stub_.requests().find("Mind the gutters."), std::string::npos);
    append("{{#context}} never closed\n");
    const SeenRun kept = chat(server->port(), project, kQuestion);
    EXPECT_EQ(hash(kept), edited);
    EXPECT_NE(
        kept.all().find(
            "the section {{#context}} is not closed in its message; version 1.0.0 as read before stays in use"),
        std::string::npos)
        << kept.all();
    EXPECT_EQ(stub_.requests().find("never closed"), std::string::npos);
}

TEST_F(Prompts, WithAnUnclosedSectionFromTheStartAreAClearError) {
    append("{{#context}} never closed\n");
    const auto server = serve_edited();
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    ASSERT_EQ(run.last_type, "error") << run.all();
    EXPECT_EQ(events_of(run, "error").size(), 1U);
    EXPECT_NE(run.events.back().find("the section {{#context}} is not closed"), std::string::npos)
        << run.events.back();
    EXPECT_NE(run.events.back().find("aggregate.md:"), std::string::npos) << run.events.back();
    EXPECT_EQ(stub_.counter("calls"), 0U);
}

}  // namespace
}  // namespace cedar::host
