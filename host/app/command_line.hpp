#pragma once
#include "host/app/config_loader.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace cedar::host::app {

enum class Command { serve, ask, import, components, plugins, inspect, doctor, config };

// What the person typed, apart from what is configuration.
struct CommandLine {
    Command command = Command::serve;
    std::optional<std::filesystem::path> config_file;
    std::vector<FlagSetting> flags;

    bool json = false;                         // components, plugins, inspect, doctor, config
    std::string action;                        // plugins: list, trust, untrust, clear
    bool describe = false;                     // config: the table of keys instead of the values
    std::string project;                       // ask, import: title
    std::string question;                      // ask; "-": from standard input
    bool events = false, debug = false;        // ask
    std::vector<std::string> components;       // ask: the only ones to ask
    std::optional<std::int64_t> thread_id;     // ask
    std::optional<std::int64_t> timeout_ms;    // ask
    std::vector<std::filesystem::path> paths;  // import
    std::filesystem::path file;                // inspect, plugins
};

// Nothing to carry out: help, the version, or a command line that cannot be understood.
struct EarlyExit {
    int code = 0;      // 2 for bad usage
    std::string text;  // for standard output, or standard error when code is not 0
};

// `arguments` without the program's name. Thread: any.
[[nodiscard]] std::variant<CommandLine, EarlyExit> parse_command_line(std::span<const std::string> arguments);

}  // namespace cedar::host::app
