#include "host/app/model_config.hpp"
#include "host/app/config_loader.hpp"
#include "host/app/config_print.hpp"

#include <gtest/gtest.h>

#include <map>

namespace cedar::host::app {
namespace {

class ModelConfig : public testing::Test {
protected:
    ModelConfig() {
        inputs.environment = {{"HOME", "/home/ann"}};
        inputs.read_file = [this](const std::filesystem::path& path) -> Result<std::optional<std::string>> {
            const auto found = files.find(path.string());
            if (found == files.end()) return std::optional<std::string>{};
            return std::optional<std::string>(found->second);
        };
    }
    LoadedConfig load() {
        auto loaded = load_config(inputs);
        EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
        return loaded ? std::move(*loaded) : LoadedConfig{};
    }
    std::string refusal() {
        const auto loaded = load_config(inputs);
        return loaded ? "accepted" : loaded.error().message;
    }

    const std::string data_env = "/home/ann/CedarPyData/.env";
    ConfigInputs inputs;
    std::map<std::string, std::string> files;
};

TEST_F(ModelConfig, ComesFromTheEnvironmentThenTheFolderThenTheDataFolder) {
    files[data_env] = "OPENAI_API_KEY=in-the-data-folder";
    EXPECT_EQ(load().config.model_key().value, "in-the-data-folder");
    EXPECT_EQ(to_string(load().config.model_key().origin), "env file OPENAI_API_KEY in " + data_env);
    files[".env"] = "OPENAI_API_KEY=in-the-folder";
    EXPECT_EQ(load().config.model_key().value, "in-the-folder");
    inputs.environment.emplace_back("OPENAI_API_KEY", "in-the-environment");
    EXPECT_EQ(load().config.model_key().value, "in-the-environment");
    inputs.environment.emplace_back("CEDARPY_OPENAI_API_KEY", "of-cedarpy");
    EXPECT_EQ(load().config.model_key().value, "of-cedarpy");
    inputs.environment.emplace_back("CEDAR_OPENAI_API_KEY", "of-cedar");
    EXPECT_EQ(load().config.model_key().value, "of-cedar");
    EXPECT_EQ(load().secrets.size(), 5U);  // the ones that lost must not be shown either
}

TEST_F(ModelConfig, IsNeverPrinted) {
    inputs.environment.emplace_back("OPENAI_API_KEY", "canary-canary");
    const Config config = load().config;
    EXPECT_NE(print_config(config).find("# key of the model: from environment OPENAI_API_KEY\n"),
              std::string::npos);
    EXPECT_EQ(print_config(config).find("canary"), std::string::npos);
    EXPECT_NE(print_config_json(config).find(
                  R"("model_key":{"set":true,"origin":"environment","where":"OPENAI_API_KEY"})"),
              std::string::npos);
    EXPECT_EQ(print_config_json(config).find("canary"), std::string::npos);
}

TEST_F(ModelConfig, HasNoPlaceInTheConfigurationFile) {
    files["/home/ann/CedarPyData/cedar.toml"] = "[llm]\napi_key = \"canary-canary\"\n";
    EXPECT_EQ(refusal(),
              "/home/ann/CedarPyData/cedar.toml: llm.api_key: expected in the environment or in a .env file "
              "(OPENAI_API_KEY), not in this one");
}

TEST_F(ModelConfig, ABadLineIsAWarningWithItsNumberAndTheRestCounts) {
    files[".env"] = "OPENAI_API_KEY canary-canary\nCEDAR_PORT=81\n";
    const auto loaded = load();
    ASSERT_EQ(loaded.warnings.size(), 1U);
    EXPECT_EQ(loaded.warnings[0], ".env:1: expected NAME=VALUE, found no '='");
    EXPECT_EQ(loaded.config.integer("server.port"), 81);
    EXPECT_EQ(to_string(loaded.config.origin("server.port")), "env file CEDAR_PORT in .env");
}

TEST_F(ModelConfig, AnEnvFileOfTheDataFolderCannotMoveIt) {
    files[data_env] = "CEDAR_DATA_DIR=/elsewhere\n";
    const auto loaded = load();
    EXPECT_EQ(loaded.config.text("data_dir"), "/home/ann/CedarPyData");
    ASSERT_EQ(loaded.warnings.size(), 1U);
    EXPECT_EQ(loaded.warnings[0], data_env + ": CEDAR_DATA_DIR does not count in this file");
}

TEST_F(ModelConfig, TestModeIsSwitchedOnByItsVariableAlone) {
    EXPECT_FALSE(load().config.test_mode());
    files[".env"] = "CEDAR_TEST_MODE=1\n";
    inputs.environment.emplace_back("PYTEST_CURRENT_TEST", "x");
    inputs.environment.emplace_back("PLAYWRIGHT_BROWSERS_PATH", "x");
    EXPECT_FALSE(load().config.test_mode());
    inputs.environment.emplace_back("CEDARPY_TEST_MODE", "yes");
    EXPECT_TRUE(load().config.test_mode());
    inputs.environment.back().second = "0";
    EXPECT_FALSE(load().config.test_mode());
    inputs.environment.back().second = "perhaps";
    EXPECT_EQ(refusal(), "CEDARPY_TEST_MODE: expected true or false, got \"perhaps\"");
}

TEST_F(ModelConfig, AdviceNamesTheVariableAndTheAggregatorThatNeedsNone) {
    const auto advice = missing_key_advice(load().config);
    EXPECT_NE(advice.find("OPENAI_API_KEY"), std::string::npos) << advice;
    EXPECT_NE(advice.find(data_env), std::string::npos) << advice;
    EXPECT_NE(advice.find("--aggregator aggregator.extractive"), std::string::npos) << advice;
    inputs.environment.emplace_back("OPENAI_API_KEY", "canary-canary");
    EXPECT_EQ(missing_key_advice(load().config), "");
}

TEST_F(ModelConfig, OptionsAreWhatWasConfigured) {
    inputs.environment.emplace_back("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1/");
    inputs.environment.emplace_back("CEDARPY_OPENAI_MODEL", "mine");
    inputs.environment.emplace_back("CEDAR_LLM_PRICES", "mine=1/0.5/2,gpt-5-mini=0/0/0,gpt-5-nano=0/0/0");
    inputs.environment.emplace_back("CEDAR_LLM_MAX_COST_PER_RUN", "0.25");
    inputs.environment.emplace_back("CEDAR_LLM_CAPABILITIES", "json_object,stream_usage");
    const auto options = llm_options(load().config);
    EXPECT_EQ(options.base_url, "http://127.0.0.1:8080/v1");
    EXPECT_EQ(options.model_main, "mine");
    EXPECT_DOUBLE_EQ(options.prices.at("mine").cached_input, 0.5);
    EXPECT_DOUBLE_EQ(options.spend.per_run, 0.25);
    EXPECT_FALSE(options.max_completion_tokens);
    ASSERT_TRUE(options.capabilities.has_value());
    EXPECT_TRUE(options.capabilities->json_object);
    EXPECT_FALSE(options.capabilities->json_schema);
    EXPECT_TRUE(llm_options(Config()).max_completion_tokens);  // api.openai.com
}

TEST_F(ModelConfig, DefaultsAreThoseOfTheService) {
    const auto got = llm_options(Config());
    const services::llm::LlmOptions want;
    EXPECT_EQ(got.base_url, want.base_url);
    EXPECT_EQ(got.model_main, want.model_main);
    EXPECT_EQ(got.model_fast, want.model_fast);
    EXPECT_EQ(got.model_summary, want.model_summary);
    EXPECT_EQ(got.calls_max, want.calls_max);
    EXPECT_EQ(got.queue_max, want.queue_max);
    EXPECT_EQ(got.max_response_bytes, want.max_response_bytes);
    EXPECT_EQ(got.time.queue, want.time.queue);
    EXPECT_EQ(got.time.connect, want.time.connect);
    EXPECT_EQ(got.time.first_byte, want.time.first_byte);
    EXPECT_EQ(got.time.stall, want.time.stall);
    EXPECT_EQ(got.time.total, want.time.total);
    EXPECT_EQ(got.retry.max_attempts, want.retry.max_attempts);
    EXPECT_EQ(got.retry.backoff_base, want.retry.backoff_base);
    EXPECT_EQ(got.retry.backoff_max, want.retry.backoff_max);
    EXPECT_EQ(got.retry.retry_after_max, want.retry.retry_after_max);
    EXPECT_EQ(got.breaker.failures_to_open, want.breaker.failures_to_open);
    EXPECT_EQ(got.breaker.open_for, want.breaker.open_for);
    EXPECT_EQ(got.transport.connections_max, want.transport.connections_max);
}

TEST_F(ModelConfig, RefusesWhatCannotBeMeant) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"OPENAI_BASE_URL", "ftp://x"},       {"OPENAI_BASE_URL", "https://user:pw@host/v1"},
        {"CEDAR_LLM_PRICES", "gpt-5=1/2"},    {"CEDAR_LLM_CAPABILITIES", "magic"},
        {"CEDAR_LLM_MAX_COST_PER_DAY", "-1"}, {"CEDAR_LLM_MAX_COST_PER_DAY", "much"},
    };
    for (const auto& [name, value] : cases) {
        inputs.environment = {{"HOME", "/home/ann"}, {name, value}};
        EXPECT_NE(refusal(), "accepted") << name << "=" << value;
    }
    inputs.environment = {
        {"HOME", "/home/ann"}, {"CEDAR_LLM_MAX_COST_PER_DAY", "5"}, {"CEDARPY_FAST_MODEL", "unpriced"}};
    EXPECT_NE(refusal().find("a price of \"unpriced\""), std::string::npos) << refusal();
}

}  // namespace
}  // namespace cedar::host::app
