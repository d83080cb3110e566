#include "host/app/config_file.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

std::string message_of(std::string_view text) {
    const auto read = read_config_text(text, "cedar.toml");
    return read ? "accepted" : read.error().message;
}

TEST(ConfigFile, ReadsTablesAndDottedKeysAlike) {
    const auto read =
        read_config_text("aggregator = \"a.b\"\nserver.port = 1\n[run]\ntimeout_ms = 2\n", "cedar.toml");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    ASSERT_EQ(read->settings.size(), 3U);
    for (const FileSetting& setting : read->settings) {
        if (setting.key->name == "run.timeout_ms") {
            EXPECT_EQ(std::get<std::int64_t>(setting.value), 2);
        }
        if (setting.key->name == "aggregator") {
            EXPECT_EQ(std::get<std::string>(setting.value), "a.b");
        }
    }
}

TEST(ConfigFile, ReadsAListOfPaths) {
    const auto read = read_config_text("plugins = [\"/a\", \"/b\"]", "cedar.toml");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(std::get<std::vector<std::string>>(read->settings[0].value), (std::vector<std::string>{"/a", "/b"}));
}

TEST(ConfigFile, NamesFileKeyExpectationAndValue) {
    EXPECT_EQ(message_of("run.timeout_ms = \"abc\""),
              R"(cedar.toml: run.timeout_ms: expected 1 to 600000, got "abc")");
    EXPECT_EQ(message_of("[run]\ntimeout_ms = 0"), "cedar.toml: run.timeout_ms: expected 1 to 600000, got 0");
    EXPECT_EQ(message_of("run.timeout_ms = 1.5"),
              "cedar.toml: run.timeout_ms: expected 1 to 600000, got a fraction");
    EXPECT_EQ(message_of("plugins = [1]"),
              "cedar.toml: plugins: expected a list of paths, got a list of something else");
    EXPECT_EQ(message_of("\"run\\nx\" = 1").find('\n'), std::string::npos);
    EXPECT_EQ(message_of("aggregator = {x = 1}"), "cedar.toml: aggregator: expected text, got a table");
}

TEST(ConfigFile, RefusesAnUnknownKeyAndNamesTheOneThatWasMeant) {
    EXPECT_EQ(
        message_of("run.timeout = 5"),
        "cedar.toml: run.timeout: expected a known key such as run.timeout_ms, got 5 for one that does not exist");
    EXPECT_EQ(message_of("zzzzzzzzzzzzzz = true"),
              "cedar.toml: zzzzzzzzzzzzzz: expected a known key, got true for one that does not exist");
}

TEST(ConfigFile, KeepsWhatIsForComponentsAsJson) {
    const auto read = read_config_text("[components.\"acme.counter\"]\nstart = 3\nnames = [\"a\"]", "cedar.toml");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    ASSERT_EQ(read->components.size(), 1U);
    EXPECT_EQ(read->components[0].id, "acme.counter");
    EXPECT_EQ(read->components[0].json, R"({"names":["a"],"start":3})");
}

TEST(ConfigFile, WantsTheIdOfAComponentInQuotes) {
    EXPECT_EQ(message_of("[components.acme.counter]\nstart = 3"),
              "cedar.toml: components.acme: expected a component's id in quotes and a table, such as "
              "[components.\"acme.counter\"]");
    EXPECT_EQ(message_of("components = 3"),
              "cedar.toml: components: expected tables named by components, got something else");
}

TEST(ConfigFile, SaysTheLineOfASyntaxError) {
    EXPECT_EQ(message_of("a = 1\nb = = 2\n").substr(0, 35), "cedar.toml: line 2: expected TOML: ");
    EXPECT_EQ(message_of("a = f\n").find('\n'), std::string::npos) << "the message is one line";
}

TEST(ConfigFile, AnEmptyTextSaysNothing) {
    EXPECT_TRUE(read_config_text("", "cedar.toml")->settings.empty());
}

}  // namespace
}  // namespace cedar::host::app
