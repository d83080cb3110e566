#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

struct Version {
    std::uint32_t major = 0, minor = 0, patch = 0;
    std::string pre;  // after '-', may be empty; build metadata after '+' is dropped

    [[nodiscard]] static Result<Version> parse(std::string_view text);  // Source: semver.org 2.0.0
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] std::strong_ordering operator<=>(const Version& other) const;  // semver 2.0.0 clause 11
    [[nodiscard]] bool operator==(const Version& other) const = default;
};

enum class Role { component, tool, selector, aggregator };
enum class Execution { async, blocking };

std::string_view to_string(Role role);
std::string_view to_string(Execution execution);

struct SelectionHints {
    bool always = false;
    std::vector<std::string> keywords;    // chosen when a word of the request is one of these, any case
    std::vector<std::string> file_kinds;  // chosen when the request's file has this file_type or structure
    std::vector<std::string> fields;      // chosen when the request has this field ("file_id", "dataset_id")
};

struct Example {
    std::string input;   // JSON text
    std::string output;  // JSON text, or empty
};

// What one component says of itself; read from the library, never from running code.
struct Manifest {
    std::string id;  // reverse-DNS-like: two or more labels of [a-z0-9_]+ joined by '.', at most 128 bytes
    Version version;
    Role role = Role::component;
    std::string summary;
    std::vector<std::string> tags;
    std::vector<Example> examples;
    std::string input_schema;  // JSON text; "{}" when none was given
    std::string output_schema;
    std::string config_schema;
    std::vector<std::string> needs;    // services it may call, such as "store.search"
    std::vector<std::string> prompts;  // names of its templates
    Execution execution = Execution::async;
    std::uint32_t concurrency = 0;             // invocations of one instance at once; 0: unlimited
    std::uint32_t stack_kib = 256;             // 64 to 8192
    std::chrono::milliseconds timeout{15000};  // 1 to 600000
    std::uint32_t repairs = 0;                 // aggregators: how often a refused answer may be mended, 0 to 2
    bool deterministic = false;
    SelectionHints select;
};

// The manifest of a plugin library, format 1:
//   {"manifest":1,"abi":"1.0","components":[{
//     "id","version","role"?,"summary"?,"tags"?:[],"examples"?:[{"input","output"?}],
//     "input"?:schema,"output"?:schema,"config"?:schema,"needs"?:[],"prompts"?:[],
//     "execution"?:"async"|"blocking","concurrency"?,"stack_kib"?,"timeout_ms"?,"repairs"?,"deterministic"?,
//     "select"?:{"always"?,"keywords"?:[],"file_kinds"?:[],"fields"?:[]}}]}
struct PluginManifest {
    std::uint16_t abi_major = 0, abi_minor = 0;
    std::vector<Manifest> components;   // at least one, at most 256, ids distinct
    std::vector<std::string> warnings;  // unknown keys, each a sentence
};

// Error invalid_argument: the message names the place, what was expected and what came
// ("components[0].timeout_ms: expected 1 to 600000, got -3"). Schemas are checked by Schema::compile's gate.
// Thread: any.
[[nodiscard]] Result<PluginManifest> parse_manifest(std::string_view json);

}  // namespace cedar::host
