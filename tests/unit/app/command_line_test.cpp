#include "host/app/command_line.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

CommandLine parse(std::vector<std::string> arguments) {
    auto parsed = parse_command_line(arguments);
    if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
        ADD_FAILURE() << exit->text;
        return {};
    }
    return std::get<CommandLine>(parsed);
}

EarlyExit exit_of(std::vector<std::string> arguments) {
    auto parsed = parse_command_line(arguments);
    const auto* exit = std::get_if<EarlyExit>(&parsed);
    EXPECT_NE(exit, nullptr) << "it was accepted";
    return exit == nullptr ? EarlyExit{-1, {}} : *exit;
}

TEST(CommandLine, ServeTakesItsFlagsAsSettings) {
    const CommandLine line =
        parse({"serve", "--port", "0", "--plugins", "a", "--plugins", "b", "--config", "c.toml"});
    EXPECT_EQ(line.command, Command::serve);
    EXPECT_EQ(line.config_file, "c.toml");
    ASSERT_EQ(line.flags.size(), 2U);
    for (const FlagSetting& flag : line.flags) {
        if (flag.key == "server.port") {
            EXPECT_EQ(flag.values, std::vector<std::string>{"0"});
        }
        if (flag.key == "plugins") {
            EXPECT_EQ(flag.values, (std::vector<std::string>{"a", "b"}));
        }
    }
}

TEST(CommandLine, TheLastOfAFlagGivenTwiceCounts) {
    const CommandLine line = parse({"serve", "--port", "1", "--port", "2"});
    ASSERT_EQ(line.flags.size(), 1U);
    EXPECT_EQ(line.flags[0].values.back(), "2");
}

TEST(CommandLine, SetNamesAnyKey) {
    const CommandLine line = parse({"components", "--set", "run.drain_ms=7", "--set", "aggregator=a=b"});
    ASSERT_EQ(line.flags.size(), 2U);
    EXPECT_EQ(line.flags[0].flag, "--set run.drain_ms");
    EXPECT_EQ(line.flags[1].values, std::vector<std::string>{"a=b"});
}

TEST(CommandLine, AskKeepsTheQuestionApartFromListFlags) {
    const CommandLine line = parse({"ask", "--project", "p", "--plugins", "dir", "--component", "a.b", "what?"});
    EXPECT_EQ(line.question, "what?");
    EXPECT_EQ(line.project, "p");
    EXPECT_EQ(line.components, std::vector<std::string>{"a.b"});
    EXPECT_FALSE(line.events);
}

TEST(CommandLine, AskTakesADashForStandardInput) {
    EXPECT_EQ(parse({"ask", "--project", "p", "-"}).question, "-");
}

TEST(CommandLine, AskTakesAQuestionThatBeginsWithADashBehindTwo) {
    EXPECT_EQ(parse({"ask", "--project", "p", "--", "-x?"}).question, "-x?");
}

TEST(CommandLine, ImportTakesSeveralPaths) {
    const CommandLine line = parse({"import", "--project", "p", "a", "b"});
    EXPECT_EQ(line.paths, (std::vector<std::filesystem::path>{"a", "b"}));
}

TEST(CommandLine, BadUsageIsCodeTwo) {
    EXPECT_EQ(exit_of({}).code, 2);
    EXPECT_EQ(exit_of({"dance"}).code, 2);
    EXPECT_EQ(exit_of({"ask", "what?"}).code, 2);
    EXPECT_EQ(exit_of({"ask", "--project", "p"}).code, 2);
    EXPECT_EQ(exit_of({"ask", "--project", "p", "--timeout-ms", "0", "q"}).code, 2);
    EXPECT_EQ(exit_of({"import", "--project", "p"}).code, 2);
    EXPECT_EQ(exit_of({"serve", "--set", "nothing"}).code, 2);
    EXPECT_EQ(exit_of({"components", "--port", "1"}).code, 2);
    EXPECT_EQ(exit_of({"inspect"}).code, 2);
}

TEST(CommandLine, HelpAndVersionAreNoMistakes) {
    EXPECT_EQ(exit_of({"--version"}).code, 0);
    EXPECT_EQ(exit_of({"--version"}).text.rfind("cedar ", 0), 0U);
    for (const char* command : {"serve", "ask", "import", "components", "inspect", "config"}) {
        const EarlyExit help = exit_of({command, "--help"});
        EXPECT_EQ(help.code, 0);
        EXPECT_NE(help.text.find("Example"), std::string::npos) << command;
    }
}

}  // namespace
}  // namespace cedar::host::app
