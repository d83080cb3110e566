#include "host/app/config_loader.hpp"

#include "host/app/config_file.hpp"
#include "host/app/model_config.hpp"
#include "host/app/variables.hpp"
#include "host/core/json.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

namespace cedar::host::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFileName = "cedar.toml";
constexpr std::string_view kFileVariable = "CEDAR_CONFIG";
constexpr std::string_view kEnvFile = ".env";
// The file is found through the data directory, so it cannot move it; test mode is the environment's alone.
constexpr std::array<std::string_view, 4> kNotInDataDirectory{"CEDAR_DATA_DIR", "CEDARPY_DATA_DIR",
                                                              kTestModeVariables[0], kTestModeVariables[1]};
constexpr std::string_view kComponents = "components.";
constexpr std::uintmax_t kMaxFileBytes = 1024 * 1024;

Error invalid(std::string message) {
    return {ErrorCode::invalid_argument, std::move(message), {}};
}

class Loader {
public:
    explicit Loader(const ConfigInputs& inputs) : inputs_(inputs), variables_(inputs.environment) {}

    Result<LoadedConfig> load() {
        expand_defaults();
        read_env_file(kEnvFile, kTestModeVariables);
        // Twice, because a data directory named outside of the files says where they are.
        if (auto done = apply_outer(); !done) return done.error();
        read_env_file(loaded_.config.path("data_dir") / kEnvFile, kNotInDataDirectory);
        if (auto done = apply_file(); !done) return done.error();
        if (auto done = apply_outer(); !done) return done.error();
        take_model_key();
        if (auto done = take_test_mode(); !done) return done.error();
        if (auto checked = check_model(loaded_.config); !checked) return checked.error();
        warn_of_unknown_variables();
        for (const std::string& problem : variables_.problems()) loaded_.warnings.push_back(problem);
        return std::move(loaded_);
    }

private:
    Result<void> apply_outer() {
        if (auto done = apply_environment(); !done) return done;
        for (const FlagSetting& setting : inputs_.flags) {
            if (auto done = apply_flag(setting); !done) return done;
        }
        return {};
    }

    std::string_view variable(std::string_view name) const { return variables_.find(name).value; }

    // A file that cannot be read is a warning: it may be another program's.
    void read_env_file(const fs::path& path, std::span<const std::string_view> skipped) {
        const auto text = inputs_.read_file(path);
        if (!text) {
            loaded_.warnings.push_back(text.error().message);
        } else if (*text) {
            variables_.add_file(**text, path.string(), skipped);
        }
    }

    void take_model_key() {
        const auto found = variables_.find_first(kKeyVariables);
        loaded_.config.set_model_key({std::string(found.value), found.origin});
        loaded_.secrets = variables_.all_values(kKeyVariables);
    }

    Result<void> take_test_mode() {
        const Key flag{.name = "test_mode", .type = KeyType::boolean, .help = ""};
        for (const std::string_view name : kTestModeVariables) {
            const auto text = variable(name);
            if (text.empty()) continue;
            const auto value = parse_value(flag, text);
            if (!value) return invalid(std::string(name) + ": " + value.error().message);
            if (std::get<bool>(*value)) loaded_.config.set_test_mode(true);
        }
        return {};
    }

    std::string expand(std::string value, const fs::path& base) const {
        if (value.rfind("~/", 0) == 0 && !variable("HOME").empty()) {
            return (fs::path(variable("HOME")) / value.substr(2)).string();
        }
        if (value.empty() || fs::path(value).is_absolute()) return value;
        const fs::path folder = inputs_.working_folder / base;
        return folder.empty() ? value : (folder / value).lexically_normal().string();
    }

    void put(const Key& key, ConfigValue value, Origin origin, const fs::path& base) {
        if (key.type == KeyType::path) value = expand(std::get<std::string>(value), base);
        if (key.type == KeyType::paths) {
            for (auto& item : std::get<std::vector<std::string>>(value)) item = expand(item, base);
        }
        loaded_.config.set(key, std::move(value), std::move(origin));
    }

    void expand_defaults() {
        for (const Key& key : all_keys()) {
            put(key, loaded_.config.entry(key.name).value, {}, {});
        }
    }

    Result<void> apply_environment() {
        for (const Key& key : all_keys()) {
            const std::string name = variable_of(key);
            const std::array<std::string_view, 2> names{name, key.legacy_env};
            const auto found = variables_.find_first(names);
            if (found.value.empty()) continue;
            const bool own = found.origin.where.rfind(name, 0) == 0;
            if (auto done = apply_variable(key, found, own ? 1 : key.legacy_factor); !done) return done;
        }
        return {};
    }

    Result<void> apply_variable(const Key& key, const Variables::Found& found, std::int64_t factor) {
        // A factor changes the unit, and with it the range that the person has to keep to.
        Key scaled = key;
        scaled.min = (key.min + factor - 1) / factor;
        scaled.max = key.max / factor;
        auto value = parse_value(scaled, found.value);
        if (!value) return invalid(found.origin.where + ": " + value.error().message);
        if (auto* number = std::get_if<std::int64_t>(&*value)) *number *= factor;
        put(key, std::move(*value), found.origin, {});
        return {};
    }

    // `--set components.acme.counter={"start":3}`
    Result<void> apply_component(const FlagSetting& setting) {
        const std::string text = setting.values.empty() ? std::string() : setting.values.back();
        const auto parsed = parse_json(text);
        if (!parsed || !parsed->IsObject()) {
            return invalid(setting.flag + ": expected a JSON object, got " + json_string(text));
        }
        loaded_.config.set_component(setting.key.substr(kComponents.size()), to_json(*parsed),
                                     {OriginKind::flag, setting.flag});
        return {};
    }

    Result<void> apply_flag(const FlagSetting& setting) {
        if (setting.key.rfind(kComponents, 0) == 0) return apply_component(setting);
        const Key* key = find_key(setting.key);
        if (key == nullptr) {
            std::string message = setting.flag + ": expected a known key";
            if (const Key* near = nearest_key(setting.key)) message += " such as " + std::string(near->name);
            return invalid(message + ", got " + json_string(setting.key));
        }
        const bool is_list = key->type == KeyType::texts || key->type == KeyType::paths;
        if (is_list && setting.values.size() > 1) {
            put(*key, setting.values, {OriginKind::flag, setting.flag}, {});
            return {};
        }
        auto value = parse_value(*key, setting.values.empty() ? std::string() : setting.values.back());
        if (!value) return invalid(setting.flag + ": " + value.error().message);
        put(*key, std::move(*value), {OriginKind::flag, setting.flag}, {});
        return {};
    }

    Result<void> apply_file() {
        fs::path path = inputs_.file.value_or(fs::path(variable(kFileVariable)));
        const bool asked_for = !path.empty();
        if (!asked_for) {
            path = fs::path(expand(loaded_.config.text("data_dir"), {})) / kFileName;
        }
        auto text = inputs_.read_file(path);
        if (!text) return text.error();
        if (!*text) {
            if (!asked_for) return {};
            return invalid(path.string() + ": expected a configuration file, found none");
        }
        return apply_text(path, **text, asked_for);
    }

    Result<void> apply_text(const fs::path& path, const std::string& text, bool asked_for) {
        auto content = read_config_text(text, path.string());
        if (!content) return content.error();
        for (ComponentSetting& component : content->components) {
            loaded_.config.set_component(std::move(component.id), std::move(component.json),
                                         {OriginKind::file, path.string()});
        }
        for (FileSetting& setting : content->settings) {
            if (setting.key->name == "data_dir" && !asked_for) {
                return invalid(path.string() + ": data_dir: expected in a file named by --config, got " +
                               to_toml(setting.value) + " in the data directory itself");
            }
            put(*setting.key, std::move(setting.value), {OriginKind::file, path.string()}, path.parent_path());
        }
        loaded_.file = path;
        return {};
    }

    void warn_of_unknown_variables() {
        for (const auto& variable : inputs_.environment) {
            const std::string& name = variable.first;
            if (name.rfind("CEDAR_", 0) != 0 || name == kFileVariable) continue;
            const auto keys = all_keys();
            const bool known =
                std::any_of(keys.begin(), keys.end(), [&](const Key& key) { return variable_of(key) == name; });
            const auto is_name = [&](std::string_view one) { return one == name; };
            if (std::any_of(kKeyVariables.begin(), kKeyVariables.end(), is_name) ||
                std::any_of(kTestModeVariables.begin(), kTestModeVariables.end(), is_name))
                continue;
            if (!known) loaded_.warnings.push_back("environment: " + name + " is not a variable of this host");
        }
        std::sort(loaded_.warnings.begin(), loaded_.warnings.end());
    }

    const ConfigInputs& inputs_;
    Variables variables_;
    LoadedConfig loaded_;
};

}  // namespace

Result<LoadedConfig> load_config(const ConfigInputs& inputs) {
    return Loader(inputs).load();
}

Result<std::optional<std::string>> read_config_file(const std::filesystem::path& path) {
    std::error_code code;
    const auto status = fs::status(path, code);
    if (status.type() == fs::file_type::not_found) return std::optional<std::string>{};
    if (!fs::is_regular_file(status)) return invalid(path.string() + ": expected a file that can be read");
    if (fs::file_size(path, code) > kMaxFileBytes) {
        return Error{ErrorCode::limit, path.string() + ": expected at most 1 MiB of configuration", {}};
    }
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in || in.bad()) {
        return Error{ErrorCode::io, path.string() + ": cannot be read: " + std::strerror(errno), {}};
    }
    return std::optional<std::string>(text.str());
}

std::vector<std::pair<std::string, std::string>> process_environment() {
    std::vector<std::pair<std::string, std::string>> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

}  // namespace cedar::host::app
