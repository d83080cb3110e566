#include "host/core/manifest.hpp"

#include "host/core/manifest_reader.hpp"
#include "host/core/schema.hpp"

#include <cedar/abi.h>

#include <algorithm>
#include <charconv>

namespace cedar::host {
namespace {

constexpr JsonLimits kLimits{.max_bytes = CEDAR_MANIFEST_MAX_BYTES, .max_depth = 48, .unique_keys = true};
constexpr std::size_t kMaxComponents = 256, kMaxIdBytes = 128, kMaxSummaryBytes = 1024;
constexpr std::size_t kMaxList = 256, kMaxExamples = 64;

std::string_view view(const JsonValue& text) {
    return {text.GetString(), text.GetStringLength()};
}

// Labels of [a-z0-9_]+ joined by '.', at least `labels` of them.
bool is_dotted(std::string_view id, std::size_t labels) {
    std::size_t count = 1, in_label = 0;
    for (const char c : id) {
        if (c == '.') {
            if (in_label == 0) return false;
            ++count;
            in_label = 0;
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') {
            ++in_label;
        } else {
            return false;
        }
    }
    return in_label > 0 && count >= labels;
}

void read_id(ManifestReader& in, Manifest& out) {
    const auto* value = in.require("id", "a component id such as \"example.summarize\"");
    if (value == nullptr) return;
    if (!value->IsString() || value->GetStringLength() > kMaxIdBytes || !is_dotted(view(*value), 2))
        return in.fail(
            "id",
            "expected two or more labels of a-z, 0-9 and _ joined by '.', at most 128 bytes, got " + shown(*value));
    out.id = view(*value);
}

void read_version(ManifestReader& in, Manifest& out) {
    const auto* value = in.require("version", "a version such as \"1.0.0\"");
    if (value == nullptr) return;
    if (!value->IsString()) return in.fail("version", "expected a string, got " + shown(*value));
    auto version = Version::parse(view(*value));
    if (!version) return in.fail("version", version.error().message);
    out.version = std::move(*version);
}

void read_role(ManifestReader& in, Manifest& out) {
    const auto* value = in.get("role");
    if (value == nullptr) return;
    for (const auto role : {Role::component, Role::tool, Role::selector, Role::aggregator}) {
        if (!value->IsString() || view(*value) != to_string(role)) continue;
        out.role = role;
        return;
    }
    in.fail("role", "expected \"component\", \"tool\", \"selector\" or \"aggregator\", got " + shown(*value));
}

void read_execution(ManifestReader& in, Manifest& out) {
    const auto* value = in.get("execution");
    if (value == nullptr) return;
    for (const auto execution : {Execution::async, Execution::blocking}) {
        if (!value->IsString() || view(*value) != to_string(execution)) continue;
        out.execution = execution;
        return;
    }
    in.fail("execution", "expected \"async\" or \"blocking\", got " + shown(*value));
}

void read_schema(ManifestReader& in, std::string_view key, std::string& out) {
    out = "{}";
    const auto* value = in.get(key);
    if (value == nullptr) return;
    if (!value->IsObject()) return in.fail(key, "expected a schema (an object), got " + shown(*value));
    out = to_json(*value);
    if (const auto schema = Schema::compile(out); !schema) in.fail(key, schema.error().message);
}

void read_examples(ManifestReader& in, Manifest& out, ManifestReader::Problems& problems) {
    const auto* value = in.get("examples");
    if (value == nullptr) return;
    if (!value->IsArray() || value->Size() > kMaxExamples)
        return in.fail("examples", "expected a list of at most 64 examples, got " + shown(*value));
    for (rapidjson::SizeType i = 0; i < value->Size() && in.ok(); ++i) {
        ManifestReader example((*value)[i], in.place_of("examples[" + std::to_string(i) + "]"), problems);
        const auto* input = example.require("input", "an input");
        const auto* output = example.get("output");
        if (input == nullptr) return;
        out.examples.push_back({to_json(*input), output == nullptr ? std::string{} : to_json(*output)});
        example.warn_unknown();
    }
}

void read_needs(ManifestReader& in, Manifest& out) {
    in.texts("needs", out.needs, kMaxList);
    for (std::size_t i = 0; i < out.needs.size(); ++i)
        if (!is_dotted(out.needs[i], 2))
            in.fail("needs[" + std::to_string(i) + "]",
                    "expected a service name such as \"store.search\", got \"" + out.needs[i] + "\"");
}

void read_hints(ManifestReader& in, Manifest& out, ManifestReader::Problems& problems) {
    const auto* value = in.get("select");
    if (value == nullptr) return;
    ManifestReader hints(*value, in.place_of("select"), problems);
    hints.flag("always", out.select.always);
    hints.texts("keywords", out.select.keywords, kMaxList);
    hints.texts("file_kinds", out.select.file_kinds, kMaxList);
    hints.texts("fields", out.select.fields, kMaxList);
    hints.warn_unknown();
}

Manifest read_component(const JsonValue& value, std::string place, ManifestReader::Problems& problems) {
    Manifest out;
    ManifestReader in(value, std::move(place), problems);
    read_id(in, out);
    read_version(in, out);
    read_role(in, out);
    in.text("summary", out.summary, kMaxSummaryBytes);
    in.texts("tags", out.tags, kMaxList);
    read_examples(in, out, problems);
    read_schema(in, "input", out.input_schema);
    read_schema(in, "output", out.output_schema);
    read_schema(in, "config", out.config_schema);
    read_needs(in, out);
    in.texts("prompts", out.prompts, kMaxList);
    read_execution(in, out);
    in.integer("concurrency", out.concurrency, 0, 1'000'000);
    in.integer("stack_kib", out.stack_kib, 64, 8192);
    auto timeout_ms = static_cast<std::uint32_t>(out.timeout.count());
    in.integer("timeout_ms", timeout_ms, 1, 600'000);
    out.timeout = std::chrono::milliseconds(timeout_ms);
    in.integer("repairs", out.repairs, 0, 2);
    in.flag("deterministic", out.deterministic);
    read_hints(in, out, problems);
    in.warn_unknown();
    return out;
}

void read_abi(ManifestReader& in, PluginManifest& out) {
    const auto* value = in.require("abi", "\"MAJOR.MINOR\"");
    if (value == nullptr) return;
    if (value->IsString()) {
        const auto text = view(*value);
        const auto* const end = text.data() + text.size();
        const auto [dot, problem] = std::from_chars(text.data(), end, out.abi_major);
        if (problem == std::errc{} && dot != end && *dot == '.') {
            const auto [last, problem2] = std::from_chars(dot + 1, end, out.abi_minor);
            if (problem2 == std::errc{} && last == end) return;
        }
    }
    in.fail("abi", "expected \"MAJOR.MINOR\", got " + shown(*value));
}

void read_format(ManifestReader& in) {
    const auto* value = in.require("manifest", "format number 1");
    if (value != nullptr && (!value->IsUint() || value->GetUint() != 1))
        in.fail("manifest", "expected format number 1, got " + shown(*value));
}

void read_components(ManifestReader& in, PluginManifest& out, ManifestReader::Problems& problems) {
    const auto* value = in.require("components", "a list of components");
    if (value == nullptr) return;
    if (!value->IsArray() || value->Empty() || value->Size() > kMaxComponents)
        return in.fail("components", "expected a list of 1 to 256 components, got " +
                                         (value->IsArray() ? std::to_string(value->Size()) : shown(*value)));
    for (rapidjson::SizeType i = 0; i < value->Size() && in.ok(); ++i) {
        const auto place = "components[" + std::to_string(i) + "]";
        auto component = read_component((*value)[i], place, problems);
        const auto same = std::find_if(out.components.begin(), out.components.end(),
                                       [&](const auto& other) { return other.id == component.id; });
        if (in.ok() && same != out.components.end())
            in.fail(place + ".id", "expected each id once in a plugin, got \"" + component.id + "\" again");
        out.components.push_back(std::move(component));
    }
}

}  // namespace

std::string_view to_string(Role role) {
    switch (role) {
        case Role::component: return "component";
        case Role::tool: return "tool";
        case Role::selector: return "selector";
        case Role::aggregator: return "aggregator";
    }
    return "component";
}

std::string_view to_string(Execution execution) {
    return execution == Execution::async ? "async" : "blocking";
}

Result<PluginManifest> parse_manifest(std::string_view json) {
    const auto document = parse_json(json, kLimits);
    if (!document) return Error{document.error().code, "manifest: " + document.error().message, {}};
    ManifestReader::Problems problems;
    PluginManifest out;
    ManifestReader in(*document, "", problems);
    read_format(in);
    read_abi(in, out);
    read_components(in, out, problems);
    in.warn_unknown();
    if (problems.error) return std::move(*problems.error);
    out.warnings = std::move(problems.warnings);
    return out;
}

}  // namespace cedar::host
