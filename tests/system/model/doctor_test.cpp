#include "model_fixture.hpp"
#include "tests/support/redis_process.hpp"
#include "tests/support/tls_server.hpp"

#include <csignal>

namespace cedar::host {
namespace {

class Doctor : public ModelTest {
protected:
    static constexpr const char* kSecret = "canary-of-the-password";
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

TEST_F(Doctor, SaysOfARealRedisWhetherItTakesTheHost) {
    RedisProcess redis({"--requirepass", kSecret});
    redis.start();
    const auto at = "127.0.0.1:" + std::to_string(redis.port());
    const auto says = [&](const std::string& url, int code, const std::string& line) {
        const Ended ended = look({{"CEDAR_REDIS_URL", url}});
        EXPECT_EQ(ended.code, code) << url << ended.out << ended.err;
        EXPECT_NE(ended.out.find(line), std::string::npos) << line << " in\n" << ended.out;
        EXPECT_EQ((ended.out + ended.err).find(kSecret), std::string::npos) << ended.out << ended.err;
    };
    const std::string login = std::string(":") + kSecret + "@";
    says("redis://" + login + at, 0, "ok      redis");
    says("redis://default" + login + at + "/3", 0, "ok      redis");
    says("unix://" + login + redis.path(), 0, "ok      redis");
    says("redis://" + at, 1, "answers: NOAUTH");
    says("redis://:another-" + login.substr(1) + at, 1, "answers: WRONGPASS");
    says("redis://" + login + at + "/99", 1, "DB index is out of range");
    redis.kill();
    says("redis://" + login + at, 1, "cannot be reached");
}

TEST_F(Doctor, TellsAnEndpointThatIsAnother) {
    stub_.set_rules(
        R"({"rules":[{"contains":"GET /models","reply":{"body":"<html>a proxy</html>","content_type":"text/html"}}]})");
    const Ended page = look();
    EXPECT_EQ(page.code, 1);
    EXPECT_NE(page.out.find("answers with something else than JSON – check llm.base_url"), std::string::npos)
        << page.out;
    stub_.set_rules(R"({"rules":[{"contains":"GET /models","reply":{"status":404,"body":"{}"}}]})");
    const Ended silent = look();
    EXPECT_EQ(silent.code, 0);
    EXPECT_NE(silent.out.find("the endpoint does not list its models"), std::string::npos) << silent.out;
    stub_.set_rules(R"({"rules":[{"contains":"GET /models","reply":{"status":503,"body":"{}"}}]})");
    EXPECT_NE(look().out.find("answers HTTP 503 – "), std::string::npos);
    std::signal(SIGPIPE, SIG_IGN);
    const SelfSigned ours("IP:127.0.0.1");
    const TlsServer endpoint(ours, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    const Ended distrusted = look({{"OPENAI_BASE_URL", endpoint.url()}});
    EXPECT_EQ(distrusted.code, 1);
    EXPECT_NE(distrusted.out.find("name its file in llm.ca_file"), std::string::npos) << distrusted.out;
    const auto authority = folder_.write("ca.pem", ours.pem()).string();
    const Ended trusted = look({{"OPENAI_BASE_URL", endpoint.url()}, {"CEDAR_LLM_CA_FILE", authority}});
    EXPECT_EQ(trusted.code, 0) << trusted.out << trusted.err;
}

TEST_F(Doctor, TellsADataFolderThatIsNoneAndPluginsThatAreRefused) {
    Process::Options options;
    options.environment = model_environment();
    Process file({CEDAR_PROGRAM, "doctor", "--data-dir", folder_.write("a-file", "x").string()}, options);
    EXPECT_EQ(file.wait(), 1);
    EXPECT_NE(file.out().find("FAILED  data"), std::string::npos) << file.out();
    EXPECT_NE(file.out().find("--data-dir"), std::string::npos) << file.out();
    const Ended refused = look({}, {"--plugins", folder_.write("plugins/broken.so", "x").parent_path().string()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.out.find("1 refused – `cedar components` says why"), std::string::npos) << refused.out;
}

TEST_F(Doctor, NeedsNoKeyForAnAggregatorThatNeedsNone) {
    const Ended ended = look({{"OPENAI_API_KEY", ""}}, {"--aggregator", kExtractive});
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("skipped key           none, and the configured aggregator needs none"),
              std::string::npos)
        << ended.out;
}

}  // namespace
}  // namespace cedar::host
