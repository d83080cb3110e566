#pragma once
#include "host/app/config_key.hpp"

#include <span>

namespace cedar::host::app {

// Short names for the tables of keys.
inline constexpr auto kText = KeyType::text;
inline constexpr auto kPath = KeyType::path;
inline constexpr auto kChoice = KeyType::choice;
inline constexpr auto kTexts = KeyType::texts;
inline constexpr auto kPaths = KeyType::paths;
inline constexpr std::int64_t kHour = 3600 * 1000;  // of milliseconds
inline constexpr std::int64_t kGib = std::int64_t{1} << 30;

// A bound that has neither a flag nor a variable of its own name.
constexpr Key number(std::string_view name, std::string_view fallback, std::int64_t min, std::int64_t max,
                     std::string_view help) {
    return {.name = name, .type = KeyType::integer, .fallback = fallback, .min = min, .max = max, .help = help};
}

// The rows of `llm.*`.
[[nodiscard]] std::span<const Key> model_keys();

}  // namespace cedar::host::app
