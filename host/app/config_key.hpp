#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host::app {

enum class KeyType { text, path, integer, decimal, boolean, choice, texts, paths };

// One thing that can be configured. The table of these drives parsing, checking, `cedar config`, the flags and the
// documentation; nothing about a key is said anywhere else.
struct Key {
    std::string_view name;  // "run.timeout_ms"; the unit comes last
    KeyType type = KeyType::text;
    std::string_view fallback = {};    // the default, written as in the environment
    std::int64_t min = 0, max = 0;     // integer, decimal: the range, both ends included
    std::string_view choices = {};     // choice: "text|json"
    std::string_view env = {};         // the variable, if it is not the derived one (variable_of)
    std::string_view legacy_env = {};  // CedarPy's variable of the same meaning, or empty
    std::int64_t legacy_factor = 1;    // what an integer of legacy_env is multiplied by (seconds to milliseconds)
    std::string_view flag = {};        // "--port", or empty: then only `--set name=value`
    bool secret = false;               // may hold a password: shown without what stands before '@'
    bool serve_only = false;           // the flag is one of `cedar serve` alone
    std::string_view help = {};
};

// All keys, in the order in which they are shown. Thread: any.
[[nodiscard]] std::span<const Key> all_keys();
// The key of that name, or nullptr. Thread: any.
[[nodiscard]] const Key* find_key(std::string_view name);
// The known key that looks most like `name`, or nullptr if none comes near. Thread: any.
[[nodiscard]] const Key* nearest_key(std::string_view name);

// "CEDAR_RUN_TIMEOUT_MS" for run.timeout_ms, unless the key says otherwise. Thread: any.
[[nodiscard]] std::string variable_of(const Key& key);
// What a value must be, to stand behind "expected": "1 to 600000", "one of text, json". Thread: any.
[[nodiscard]] std::string expectation(const Key& key);

}  // namespace cedar::host::app
