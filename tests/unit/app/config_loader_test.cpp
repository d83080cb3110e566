#include "host/app/config_loader.hpp"

#include <gtest/gtest.h>

#include <map>

namespace cedar::host::app {
namespace {

class ConfigLoader : public testing::Test {
protected:
    ConfigLoader() {
        inputs.environment = {{"HOME", "/home/ann"}};
        inputs.read_file = [this](const std::filesystem::path& path) -> Result<std::optional<std::string>> {
            const auto found = files.find(path.string());
            if (found == files.end()) return std::optional<std::string>{};
            return std::optional<std::string>(found->second);
        };
    }

    void variable(std::string name, std::string value) { inputs.environment.emplace_back(name, value); }
    void flag(std::string name, std::string key, std::vector<std::string> values) {
        inputs.flags.push_back({name, key, std::move(values)});
    }
    Config config() {
        auto loaded = load_config(inputs);
        EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
        return loaded ? loaded->config : Config();
    }
    std::string refusal() {
        const auto loaded = load_config(inputs);
        return loaded ? "accepted" : loaded.error().message;
    }

    ConfigInputs inputs;
    std::map<std::string, std::string> files;
};

TEST_F(ConfigLoader, BeginsWithTheDefaults) {
    const Config loaded = config();
    EXPECT_EQ(loaded.integer("server.port"), 8000);
    EXPECT_FALSE(loaded.is_explicit("server.port"));
    EXPECT_EQ(loaded.text("data_dir"), "/home/ann/CedarPyData");
}

TEST_F(ConfigLoader, FlagsBeatTheEnvironmentWhichBeatsTheFile) {
    files["/home/ann/CedarPyData/cedar.toml"] = "server.port = 1\nrun.at_once = 1\naggregator = \"from.file\"";
    variable("CEDAR_PORT", "2");
    variable("CEDAR_RUN_AT_ONCE", "2");
    flag("--port", "server.port", {"3"});
    const Config loaded = config();
    EXPECT_EQ(loaded.integer("server.port"), 3);
    EXPECT_EQ(loaded.origin("server.port").where, "--port");
    EXPECT_EQ(loaded.integer("run.at_once"), 2);
    EXPECT_EQ(loaded.origin("run.at_once").where, "CEDAR_RUN_AT_ONCE");
    EXPECT_EQ(loaded.text("aggregator"), "from.file");
    EXPECT_EQ(loaded.origin("aggregator").where, "/home/ann/CedarPyData/cedar.toml");
}

TEST_F(ConfigLoader, ReadsTheFileOfTheDataDirectoryThatTheFlagNames) {
    files["/data/cedar.toml"] = "aggregator = \"a.b\"";
    flag("--data-dir", "data_dir", {"/data"});
    EXPECT_EQ(config().text("aggregator"), "a.b");
}

TEST_F(ConfigLoader, AnExplicitFileMayNameTheDataDirectoryRelativeToItself) {
    files["/etc/cedar/my.toml"] = "data_dir = \"../data\"";
    inputs.file = "/etc/cedar/my.toml";
    EXPECT_EQ(config().text("data_dir"), "/etc/data");
}

TEST_F(ConfigLoader, TheFileInTheDataDirectoryMayNotMoveIt) {
    files["/home/ann/CedarPyData/cedar.toml"] = "data_dir = \"/else\"";
    EXPECT_EQ(
        refusal(),
        "/home/ann/CedarPyData/cedar.toml: data_dir: expected in a file named by --config, got \"/else\" in the "
        "data directory itself");
}

TEST_F(ConfigLoader, AnExplicitFileMustExist) {
    inputs.file = "gone.toml";
    EXPECT_EQ(refusal(), "gone.toml: expected a configuration file, found none");
    inputs.file.reset();
    variable("CEDAR_CONFIG", "gone.toml");
    EXPECT_EQ(refusal(), "gone.toml: expected a configuration file, found none");
}

TEST_F(ConfigLoader, AcceptsCedarPysNamesAndConvertsTheirUnit) {
    variable("CEDARPY_PORT", "9000");
    variable("CEDARPY_CHAT_TIMEOUT_SECONDS", "30");
    const Config loaded = config();
    EXPECT_EQ(loaded.integer("server.port"), 9000);
    EXPECT_EQ(loaded.milliseconds("run.timeout_ms"), std::chrono::seconds(30));
    EXPECT_EQ(loaded.origin("run.timeout_ms").where, "CEDARPY_CHAT_TIMEOUT_SECONDS");
}

TEST_F(ConfigLoader, OwnNamesBeatCedarPys) {
    variable("CEDARPY_PORT", "9000");
    variable("CEDAR_PORT", "9001");
    EXPECT_EQ(config().integer("server.port"), 9001);
}

TEST_F(ConfigLoader, RefusesABadVariableInItsOwnUnit) {
    variable("CEDARPY_CHAT_TIMEOUT_SECONDS", "601");
    EXPECT_EQ(refusal(), "CEDARPY_CHAT_TIMEOUT_SECONDS: expected 1 to 600, got 601");
}

TEST_F(ConfigLoader, RefusesABadFlag) {
    flag("--run-timeout-ms", "run.timeout_ms", {"abc"});
    EXPECT_EQ(refusal(), R"(--run-timeout-ms: expected 1 to 600000, got "abc")");
}

TEST_F(ConfigLoader, RefusesAnUnknownKeyBehindSet) {
    flag("--set run.drain", "run.drain", {"5"});
    EXPECT_EQ(refusal(), R"(--set run.drain: expected a known key such as run.drain_ms, got "run.drain")");
}

TEST_F(ConfigLoader, AnEmptyVariableCountsAsAbsent) {
    variable("CEDAR_PORT", "");
    EXPECT_FALSE(config().is_explicit("server.port"));
}

TEST_F(ConfigLoader, WarnsOfUnknownVariablesOfItsOwnNameOnly) {
    variable("CEDAR_PROT", "1");
    variable("CEDARPY_MAX_TURNS", "3");
    variable("PATH", "/bin");
    const auto loaded = load_config(inputs);
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->warnings,
              (std::vector<std::string>{"environment: CEDAR_PROT is not a variable of this host"}));
}

TEST_F(ConfigLoader, AListFlagGivenTwiceKeepsBoth) {
    flag("--plugins", "plugins", {"~/a", "b:c"});
    EXPECT_EQ(config().list("plugins"), (std::vector<std::string>{"/home/ann/a", "b:c"}));
}

TEST_F(ConfigLoader, ComponentsAreConfiguredByFileAndFlag) {
    files["/home/ann/CedarPyData/cedar.toml"] = "[components.\"a.b\"]\nx = 1\n[components.\"a.c\"]\nx = 1";
    flag("--set components.a.b", "components.a.b", {"{\"x\": 2}"});
    const Config loaded = config();
    EXPECT_EQ(loaded.component("a.b"), R"({"x":2})");
    EXPECT_EQ(loaded.component("a.c"), R"({"x":1})");
    EXPECT_EQ(loaded.component("a.d"), "");
}

TEST_F(ConfigLoader, RefusesAComponentsConfigurationThatIsNoObject) {
    flag("--set components.a.b", "components.a.b", {"3"});
    EXPECT_EQ(refusal(), R"(--set components.a.b: expected a JSON object, got "3")");
}

TEST_F(ConfigLoader, PathsInTheFileAreRelativeToTheFile) {
    files["/home/ann/CedarPyData/cedar.toml"] = "plugins = [\"mine\", \"/abs\", \"~/x\"]";
    EXPECT_EQ(config().list("plugins"),
              (std::vector<std::string>{"/home/ann/CedarPyData/mine", "/abs", "/home/ann/x"}));
}

TEST_F(ConfigLoader, OtherRelativePathsBeginAtTheWorkingFolder) {
    inputs.working_folder = "/home/ann/work";
    files["my/cedar.toml"] = "prompts = \"words\"";
    flag("--data-dir", "data_dir", {"./data"});
    variable("CEDAR_PLUGINS", "mine:/abs");
    inputs.file = "my/cedar.toml";
    EXPECT_EQ(config().text("data_dir"), "/home/ann/work/data");
    EXPECT_EQ(config().list("plugins"), (std::vector<std::string>{"/home/ann/work/mine", "/abs"}));
    EXPECT_EQ(config().text("prompts"), "/home/ann/work/my/words");
}

}  // namespace
}  // namespace cedar::host::app
