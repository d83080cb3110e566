#include "host/app/component_list.hpp"

#include "host/app/json_write.hpp"
#include "host/core/json.hpp"

#include <algorithm>
#include <array>

namespace cedar::host::app {
namespace {

std::string json_component(const Component& component) {
    const Manifest& manifest = component.manifest;
    return json_object({{"id", json_string(manifest.id)},
                        {"version", json_string(manifest.version.to_string())},
                        {"role", json_string(to_string(manifest.role))},
                        {"summary", json_string(manifest.summary)},
                        {"tags", json_texts(manifest.tags)},
                        {"needs", json_texts(manifest.needs)},
                        {"execution", json_string(to_string(manifest.execution))},
                        {"timeout_ms", std::to_string(manifest.timeout.count())},
                        {"plugin", json_string(component.plugin_file)},
                        {"input", component.input->text()},
                        {"output", component.output->text()},
                        {"config", manifest.config_schema.empty() ? "{}" : manifest.config_schema}});
}

// Everything that is not used, as the page lists it: files first, then components of files that are fine.
std::string json_rejected(const ComponentSet& set) {
    std::vector<std::string> items;
    for (const loader::PluginRecord& record : set.plugins()) {
        if (record.state == loader::PluginState::ready) continue;
        items.push_back(json_object({{"file", json_string(record.file)},
                                     {"state", json_string(loader::to_string(record.state))},
                                     {"reason", json_string(record.reason)}}));
    }
    for (const RefusedComponent& one : set.refused()) {
        items.push_back(json_object({{"file", json_string(one.file)},
                                     {"state", json_string("refused")},
                                     {"component", json_string(one.id)},
                                     {"reason", json_string(one.reason)}}));
    }
    return json_array(items);
}

std::string joined(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : ",") + item;
    return out.empty() ? "-" : out;
}

constexpr std::size_t kColumns = 5;
using Row = std::array<std::string, kColumns>;

// Columns as wide as their widest cell, two spaces between.
std::string table(const std::vector<Row>& rows) {
    std::array<std::size_t, kColumns> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i + 1 < kColumns; ++i)
            out += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
        out += row.back() + "\n";
    }
    return out;
}

std::string refusals_text(const ComponentSet& set) {
    std::string out;
    for (const RefusedComponent& one : set.refused()) out += "refused " + one.id + ": " + one.reason + "\n";
    for (const loader::PluginRecord& record : set.plugins()) {
        if (record.reason.empty()) continue;
        out += std::string(loader::to_string(record.state)) + " " + record.file + ": " + record.reason + "\n";
    }
    for (const std::string& problem : set.problems()) out += "problem: " + problem + "\n";
    return out;
}

std::uint64_t number_member(const JsonValue& object, std::string_view name) {
    const JsonValue* number = find_member(object, name);
    return number != nullptr && number->IsUint64() ? number->GetUint64() : 0;
}

// What is kept from runs, and what had to be ended, each a line.
std::string troubles_text(const JsonValue& plugin, const std::string& file) {
    std::string out;
    const JsonValue* components = find_member(plugin, "components");
    if (components != nullptr && components->IsArray()) {
        for (const JsonValue& one : components->GetArray()) {
            const std::string_view circuit = string_member(one, "circuit");
            const std::string words = circuit == "open"        ? "open: it is kept from runs after failures"
                                      : circuit == "half_open" ? "half open: its next run is its trial"
                                                               : "";
            if (words.empty()) continue;
            out += file + ": " + std::string(string_member(one, "id")) + ": its circuit is " + words + "\n";
        }
    }
    if (const JsonValue* ends = find_member(plugin, "ends"); ends != nullptr && ends->IsObject()) {
        out += file + ": crashed " + std::to_string(number_member(*ends, "crashes")) + ", killed " +
               std::to_string(number_member(*ends, "kills")) + ", stuck " +
               std::to_string(number_member(*ends, "stuck")) + " times since the start, the last time " +
               std::string(string_member(*ends, "last_at")) + ": " + std::string(string_member(*ends, "last")) +
               "\n";
    }
    if (const JsonValue* crashes = find_member(plugin, "host_crashes"); crashes != nullptr && crashes->IsObject()) {
        const std::uint64_t times = number_member(*crashes, "times");
        out += file + ": ended the host's process " + (times == 1 ? "once" : std::to_string(times) + " times") +
               ", the last time " + std::string(string_member(*crashes, "last_at")) + ": " +
               std::string(string_member(*crashes, "last")) + "; `cedar plugins clear " + file + "` forgets it\n";
    }
    return out;
}

}  // namespace

AggregatorFacts aggregator_facts(const ComponentSet& set, std::string_view id) {
    AggregatorFacts facts{std::string(id)};
    const ComponentPtr component = set.registry()->find(id);
    if (component == nullptr || component->manifest.role != Role::aggregator) return facts;
    const auto& needs = component->manifest.needs;
    facts.present = true;
    facts.uses_llm = std::find(needs.begin(), needs.end(), "llm.chat") != needs.end();
    return facts;
}

std::string components_json(const ComponentSet& set, std::string_view aggregator) {
    std::vector<std::string> components;
    for (const ComponentPtr& component : set.registry()->all()) components.push_back(json_component(*component));
    const AggregatorFacts facts = aggregator_facts(set, aggregator);
    return json_object({{"components", json_array(components)},
                        {"rejected", json_rejected(set)},
                        {"plugins", loader::to_json(set.plugins())},
                        {"problems", json_texts(set.problems())},
                        {"aggregator", json_string(facts.id)},
                        {"aggregator_present", json_flag(facts.present)},
                        {"aggregator_uses_llm", json_flag(facts.uses_llm)}});
}

std::string plugins_json(const ComponentSet& set, bool safe_mode) {
    return json_object({{"plugins", loader::to_json(set.plugins())},
                        {"problems", json_texts(set.problems())},
                        {"events", set.events().json()},
                        {"safe_mode", json_flag(safe_mode)}});
}

Result<std::string> plugins_text(std::string_view plugins_json) {
    const auto body = parse_json(plugins_json, {.max_bytes = std::max(plugins_json.size(), std::size_t{1})});
    if (!body) return body.error();
    const JsonValue* plugins = find_member(*body, "plugins");
    const JsonValue* problems = find_member(*body, "problems");
    const JsonValue* safe_mode = find_member(*body, "safe_mode");
    if (plugins == nullptr || !plugins->IsArray() || problems == nullptr || !problems->IsArray())
        return Error{ErrorCode::invalid_argument, "expected a list of plugins, got something else", {}};
    std::vector<Row> rows{{"STATE", "MODE", "GENERATION", "SINCE", "FILE"}};
    std::string reasons;
    for (const JsonValue& one : plugins->GetArray()) {
        const std::string file(string_member(one, "file")), mode(string_member(one, "mode"));
        const JsonValue* generation = find_member(one, "generation");
        rows.push_back({std::string(string_member(one, "state")), mode.empty() ? "-" : mode,
                        generation == nullptr ? "-" : to_json(*generation),
                        std::string(string_member(one, "since")), file});
        const std::string reason(string_member(one, "reason"));
        if (!reason.empty()) reasons += file + ": " + reason + "\n";
        reasons += troubles_text(one, file);
    }
    std::string out = table(rows) + reasons;
    for (const JsonValue& problem : problems->GetArray()) {
        if (problem.IsString()) out += "problem: " + std::string(problem.GetString()) + "\n";
    }
    if (safe_mode != nullptr && safe_mode->IsTrue()) out += "safe mode: the folders of `plugins` are left out\n";
    return out;
}

std::string components_text(const ComponentSet& set, std::string_view aggregator) {
    std::vector<Row> rows{{"ID", "VERSION", "ROLE", "NEEDS", "PLUGIN"}};
    for (const ComponentPtr& component : set.registry()->all()) {
        const Manifest& manifest = component->manifest;
        const std::string chosen = manifest.id == aggregator ? " *" : "";
        rows.push_back({manifest.id + chosen, manifest.version.to_string(), std::string(to_string(manifest.role)),
                        joined(manifest.needs), component->plugin_file});
    }
    std::string out = table(rows) + refusals_text(set);
    if (!aggregator_facts(set, aggregator).present) {
        out += "the configured aggregator " + std::string(aggregator) + " is not among them\n";
    }
    return out;
}

}  // namespace cedar::host::app
