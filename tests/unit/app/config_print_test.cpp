#include "host/app/config_print.hpp"

#include "host/app/config_file.hpp"
#include "host/core/json.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace cedar::host::app {
namespace {

TEST(ConfigPrint, SaysEachValueAndWhereItCameFrom) {
    Config config;
    config.set(*find_key("server.port"), std::int64_t{81}, {OriginKind::flag, "--port"});
    const std::string text = print_config(config);
    EXPECT_NE(text.find("server.port = 81 "), std::string::npos) << text;
    EXPECT_NE(text.find("# flag --port\n"), std::string::npos) << text;
    EXPECT_NE(text.find("# default\n"), std::string::npos) << text;
}

TEST(ConfigPrint, PrintsAFileThatCanBeReadAgain) {
    const auto read = read_config_text(print_config(Config()), "printed");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->settings.size(), all_keys().size());
}

TEST(ConfigPrint, PrintsJsonWithEveryKey) {
    const auto parsed = parse_json(print_config_json(Config()));
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(parsed->MemberCount(), all_keys().size() + 3);  // and "components", "model_key", "test_mode"
    const JsonValue* port = find_member(*parsed, "server.port");
    ASSERT_NE(port, nullptr);
    EXPECT_EQ(string_member(*port, "origin"), "default");
}

// The page is the output of `cedar config --describe`, so that it cannot go stale.
TEST(ConfigPrint, IsWhatTheConfigurationPageShows) {
    std::ifstream file(CEDAR_CONFIGURATION_PAGE);
    std::ostringstream page;
    page << file.rdbuf();
    EXPECT_NE(page.str().find(describe_keys()), std::string::npos)
        << "host/app/configuration.md: expected the table that `cedar config --describe` prints:\n"
        << describe_keys();
}

}  // namespace
}  // namespace cedar::host::app
