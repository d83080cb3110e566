#include "host/app/doctor.hpp"

#include "host/app/component_list.hpp"
#include "host/app/config_print.hpp"
#include "host/app/model_config.hpp"
#include "host/core/json.hpp"

#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace cedar::host::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLittleSpace = std::uintmax_t{100} << 20;
constexpr std::size_t kSubjectWidth = 14, kHealthWidth = 8;

std::string_view word(Health health) {
    switch (health) {
        case Health::ok: return "ok";
        case Health::skipped: return "skipped";
        case Health::warning: return "warning";
        case Health::failed: return "FAILED";
    }
    return "FAILED";
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    out.resize(std::max(out.size() + 1, width), ' ');
    return out;
}

// The folder, or the nearest one above it that exists.
fs::path existing(fs::path folder) {
    std::error_code code;
    folder = fs::absolute(folder, code);
    while (!fs::exists(folder, code) && folder.has_relative_path()) folder = folder.parent_path();
    return folder;
}

}  // namespace

Finding check_key(const Config& config, bool model_needed) {
    if (config.test_mode()) return {Health::skipped, "key", "test mode: models answer by rule", {}};
    const auto& key = config.model_key();
    if (!key.value.empty()) return {Health::ok, "key", to_string(key.origin), {}};
    const std::string advice = missing_key_advice(config);
    if (!model_needed) return {Health::skipped, "key", "none, and the configured aggregator needs none", {}};
    return {Health::failed, "key", "none", advice};
}

std::vector<Finding> check_plugins(const ComponentSet& components, const Config& config) {
    std::vector<Finding> out;
    const auto ready = components.registry()->all().size();
    const auto refused = components.rejected_files() + components.refused().size();
    const auto text = std::to_string(ready) + " components ready, " + std::to_string(refused) + " refused";
    if (refused > 0) {
        out.push_back({Health::failed, "plugins", text, "`cedar components` says why"});
    } else if (ready == 0) {
        out.push_back({Health::failed, "plugins", text, "name a folder of component libraries with --plugins"});
    } else {
        out.push_back({Health::ok, "plugins", text, {}});
    }
    const auto aggregator = aggregator_facts(components, config.text("aggregator"));
    if (aggregator.present) {
        out.push_back({Health::ok, "aggregator", aggregator.id, {}});
    } else {
        out.push_back({Health::failed, "aggregator", aggregator.id + " is not among the components",
                       "name one that is with --aggregator, such as aggregator.extractive"});
    }
    return out;
}

Finding check_data_folder(const Config& config) {
    const fs::path folder = config.path("data_dir");
    const fs::path there = existing(folder);
    std::error_code code;
    if (!fs::is_directory(there, code) || ::access(there.c_str(), W_OK | X_OK) != 0) {
        return {Health::failed, "data", folder.string() + " cannot be written",
                "name another folder with --data-dir, or mend the rights of " + there.string()};
    }
    const auto space = fs::space(there, code);
    if (!code && space.available < kLittleSpace) {
        return {Health::warning, "data", folder.string() + " has less than 100 MiB of space", "make room there"};
    }
    return {
        Health::ok, "data", folder.string() + (there == fs::absolute(folder, code) ? "" : " (will be made)"), {}};
}

std::string findings_text(std::span<const Finding> findings) {
    std::string out;
    for (const Finding& one : findings) {
        out += padded(word(one.health), kHealthWidth) + padded(one.subject, kSubjectWidth) + one.text;
        if (!one.remedy.empty()) out += " – " + one.remedy;
        out += '\n';
    }
    return out;
}

std::string findings_json(std::span<const Finding> findings) {
    std::string out = std::string("{\"ok\":") + (all_well(findings) ? "true" : "false") + ",\"checks\":[";
    for (const Finding& one : findings) {
        if (out.back() == '}') out += ',';
        out += "{\"health\":" + json_string(one.health == Health::failed ? "failed" : word(one.health)) +
               ",\"subject\":" + json_string(one.subject) + ",\"text\":" + json_string(one.text) +
               ",\"remedy\":" + json_string(one.remedy) + "}";
    }
    return out + "]}\n";
}

bool all_well(std::span<const Finding> findings) {
    return std::ranges::none_of(findings, [](const Finding& one) { return one.health == Health::failed; });
}

}  // namespace cedar::host::app
