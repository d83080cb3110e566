// A run whose candidates a selector chooses: the example library of the SDK, loaded by the built program.
#include "cedar_fixture.hpp"

namespace cedar::host {
namespace {

class Selector : public CedarTest {
protected:
    Ended ask(const std::string& selector, std::vector<std::string> more = {}) const {
        std::vector<std::string> line{"ask",      "--project", "houses",       "--aggregator", kExtractive,
                                      "--events", "--plugins", CEDAR_EXAMPLES, "--selector",   selector};
        line.insert(line.end(), more.begin(), more.end());
        line.emplace_back("How long does slate last?");
        return run(line);
    }
};

TEST_F(Selector, ChoosesWhoIsAsked) {
    import_roofs();
    // It takes the one quickest of those that the host suggests.
    const Ended ended =
        ask("sample.quick_few",
            {"--config", folder_.write("c.toml", "[components.\"sample.quick_few\"]\ncount = 1\n").string()});
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    std::istringstream lines(ended.out);
    std::string line, last;
    std::size_t dispatched = 0;
    while (std::getline(lines, line)) {
        EXPECT_TRUE(is_event(line));
        if (line.find(R"("function":"component",)") != std::string::npos) {
            ++dispatched;
            EXPECT_NE(line.find(R"("reason":"sample.quick_few: )"), std::string::npos) << line;
        }
        last = line;
    }
    EXPECT_EQ(dispatched, 1U) << ended.out;
    EXPECT_NE(ended.out.find(R"("stage":"selecting","component":"sample.quick_few")"), std::string::npos);
    EXPECT_NE(last.find(R"("selector":{"id":"sample.quick_few")"), std::string::npos) << last;
}

TEST_F(Selector, EndsTheRunWhenItIsNotThere) {
    import_roofs();
    const Ended ended = ask("no.such");
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.out.find("selector: not found: no.such; this host has sample.quick_few"), std::string::npos)
        << ended.out;
}

TEST_F(Selector, IsChosenByARequestToo) {
    import_roofs();
    const auto server = serve({"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES});
    const auto seen = chat(server->port(), project_id(*server),
                           R"({"action":"chat","content":"slate?","selector":"sample.quick_few"})");
    EXPECT_EQ(seen.last_type, "final") << seen.all();
    EXPECT_NE(seen.events.back().find(R"("select_ms":)"), std::string::npos) << seen.events.back();
}

}  // namespace
}  // namespace cedar::host
