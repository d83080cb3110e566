#pragma once
#include "host/app/config.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host::app {

// What a command line said about keys: `--port 8000` or `--set server.port=8000`.
struct FlagSetting {
    std::string flag;                 // as typed, for messages: "--port", "--set server.port"
    std::string key;                  // name of the key
    std::vector<std::string> values;  // one, or several for a list
};

struct ConfigInputs {
    std::vector<std::pair<std::string, std::string>> environment;  // name and value
    std::vector<FlagSetting> flags;
    std::optional<std::filesystem::path> file;  // --config; then it must exist
    // Where relative paths outside of files begin, absolute: a child process may work elsewhere. Empty: they stay.
    std::filesystem::path working_folder;
    // The file's text; nothing when there is no such file. Replaced in tests.
    std::function<Result<std::optional<std::string>>(const std::filesystem::path&)> read_file;
};

struct LoadedConfig {
    Config config;
    std::optional<std::filesystem::path> file;  // the file that was read, if any
    // One sentence each: unknown CEDAR_* variables, lines of a .env file that cannot be used.
    std::vector<std::string> warnings;
    std::vector<std::string> secrets;  // every key that was found: none of it may be shown
};

// Defaults, then the file (`--config`, CEDAR_CONFIG, else cedar.toml in the data directory if it is there), then
// `.env` in the data directory, then `.env` in the working folder, then the environment, then flags. Of one key,
// the CEDAR_ variable beats CedarPy's. An empty variable counts as absent.
// `~/` stands for HOME; a relative path in the file is relative to the file's folder, elsewhere to the working
// folder. Error invalid_argument: one sentence that names the place, the key, what was expected and what came.
// Thread: any.
[[nodiscard]] Result<LoadedConfig> load_config(const ConfigInputs& inputs);

// Reads a regular file of at most 1 MiB; nothing when it does not exist. Error io or limit. Blocking. Thread: any.
[[nodiscard]] Result<std::optional<std::string>> read_config_file(const std::filesystem::path& path);
// The process's environment. Thread: any, while nobody changes it.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> process_environment();

}  // namespace cedar::host::app
