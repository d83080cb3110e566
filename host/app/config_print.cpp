#include "host/app/config_print.hpp"

#include "host/core/json.hpp"

#include <algorithm>

namespace cedar::host::app {
namespace {

std::string_view kind_name(OriginKind kind) {
    switch (kind) {
        case OriginKind::fallback: return "default";
        case OriginKind::file: return "file";
        case OriginKind::env_file: return "env file";
        case OriginKind::environment: return "environment";
        case OriginKind::flag: return "flag";
    }
    return "default";
}

std::string variables_of(const Key& key) {
    std::string text = "`" + variable_of(key) + "`";
    if (key.legacy_env.empty()) return text;
    text += ", `" + std::string(key.legacy_env) + "`";
    if (key.legacy_factor == 1000) text += " (seconds)";
    return text;
}

std::string code_or_dash(std::string_view text) {
    return text.empty() ? "–" : "`" + std::string(text) + "`";
}

// What may hold a password is shown without it.
std::string shown(const Key& key, const ConfigValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!key.secret || text == nullptr) return to_toml(value);
    const auto at = text->rfind('@');
    if (at == std::string::npos) return to_toml(value);
    const auto scheme = text->find("://");
    const auto begin = scheme == std::string::npos || scheme > at ? 0 : scheme + 3;
    return to_toml(text->substr(0, begin) + "***" + text->substr(at));
}

}  // namespace

std::string to_string(const Origin& origin) {
    std::string text(kind_name(origin.kind));
    if (!origin.where.empty()) text += " " + origin.where;
    return text;
}

std::string print_config(const Config& config) {
    std::vector<std::pair<std::string, std::string>> lines;
    std::size_t width = 0;
    for (const Key& key : all_keys()) {
        const auto& entry = config.entry(key.name);
        lines.emplace_back(std::string(key.name) + " = " + shown(key, entry.value), to_string(entry.origin));
        width = std::max(width, std::min<std::size_t>(lines.back().first.size(), 48));
    }
    std::string out;
    for (auto& [setting, origin] : lines) {
        setting.resize(std::max(setting.size(), width), ' ');
        out += setting + "  # " + origin + "\n";
    }
    out +=
        "# key of the model: " +
        (config.model_key().value.empty() ? std::string("none") : "from " + to_string(config.model_key().origin)) +
        "\n";
    if (config.test_mode()) out += "# test mode: models answer by rule\n";
    for (const auto& [id, component] : config.components()) {
        out +=
            "# components." + json_string(id) + ": " + component.json + "  # " + to_string(component.origin) + "\n";
    }
    return out;
}

std::string print_config_json(const Config& config) {
    std::string out = "{";
    for (const Key& key : all_keys()) {
        const auto& entry = config.entry(key.name);
        if (out.size() > 1) out += ',';
        append_json_string(out, key.name);
        out += ":{\"value\":" + shown(key, entry.value) + ",\"origin\":";
        append_json_string(out, kind_name(entry.origin.kind));
        out += ",\"where\":";
        append_json_string(out, entry.origin.where);
        out += '}';
    }
    out += std::string(",\"model_key\":{\"set\":") + (config.model_key().value.empty() ? "false" : "true") +
           ",\"origin\":" + json_string(kind_name(config.model_key().origin.kind)) +
           ",\"where\":" + json_string(config.model_key().origin.where) + "}";
    out += std::string(",\"test_mode\":") + (config.test_mode() ? "true" : "false");
    out += ",\"components\":{";
    for (const auto& [id, component] : config.components()) {
        if (out.back() != '{') out += ',';
        append_json_string(out, id);
        out += ":{\"value\":" + component.json + ",\"origin\":";
        append_json_string(out, kind_name(component.origin.kind));
        out += ",\"where\":";
        append_json_string(out, component.origin.where);
        out += '}';
    }
    return out + "}}\n";
}

std::string describe_keys() {
    std::string out =
        "| key | default | expected | variable | flag | meaning |\n"
        "|---|---|---|---|---|---|\n";
    for (const Key& key : all_keys()) {
        out += "| `" + std::string(key.name) + "` | " + code_or_dash(key.fallback) + " | " + expectation(key) +
               " | " + variables_of(key) + " | " + code_or_dash(key.flag) + " | " + std::string(key.help) + " |\n";
    }
    return out;
}

}  // namespace cedar::host::app
