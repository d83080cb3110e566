#include "model_fixture.hpp"

namespace cedar::host {
namespace {

class Doctor : public ModelTest {
protected:
    Ended look(const Environment& extra = {}, std::vector<std::string> more = {}) const {
        Process::Options options;
        options.environment = model_environment();
        for (const auto& [name, value] : extra) options.environment[name] = value;
        more.insert(more.begin(), "doctor");
        const Ended ended = run(std::move(more), options);
        EXPECT_EQ((ended.out + ended.err).find(kKey), std::string::npos) << ended.out << ended.err;
        return ended;
    }
};

TEST_F(Doctor, FindsAWorkingHostWell) {
    const Ended well = look();
    EXPECT_EQ(well.code, 0) << well.out << well.err;
    for (const auto* line :
         {"ok      key           environment OPENAI_API_KEY", "ok      endpoint", "ok      model main    gpt-5",
          "ok      plugins", "ok      aggregator    aggregator.llm", "ok      data", "skipped redis"}) {
        EXPECT_NE(well.out.find(line), std::string::npos) << line << " in\n" << well.out;
    }
    EXPECT_EQ(stub_.counter("calls"), 0U);  // it costs nothing
}

TEST_F(Doctor, NamesWhatIsMissingWithItsRemedy) {
    const Ended keyless = look({{"OPENAI_API_KEY", ""}});
    EXPECT_EQ(keyless.code, 1);
    EXPECT_NE(keyless.out.find("FAILED  key           none – Set OPENAI_API_KEY"), std::string::npos)
        << keyless.out;
    stub_.set_rules(R"({"rules":[{"contains":"GET /models","reply":{"status":401,"body":"{}"}}]})");
    const Ended refused = look();
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.out.find("refuses the key"), std::string::npos) << refused.out;
    const Ended unreachable = look({{"OPENAI_BASE_URL", "http://127.0.0.1:1/v1"}}, {"--json"});
    EXPECT_EQ(unreachable.code, 1);
    EXPECT_EQ(member(unreachable.out, "ok"), "false");
    EXPECT_NE(unreachable.out.find("cannot be reached"), std::string::npos) << unreachable.out;
}

TEST_F(Doctor, NamesAModelThatTheEndpointDoesNotHave) {
    const Ended ended = look({{"CEDARPY_OPENAI_MODEL", "gpt-none"}});
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.out.find("FAILED  model main    gpt-none"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace cedar::host
