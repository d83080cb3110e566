#pragma once
#include "host/app/config_key.hpp"

namespace cedar::host::app {

// Words of the tables of keys; for these alone.
constexpr auto kText = KeyType::text;
constexpr auto kPath = KeyType::path;
constexpr auto kChoice = KeyType::choice;
constexpr auto kTexts = KeyType::texts;
constexpr auto kPaths = KeyType::paths;
constexpr std::int64_t kHour = 3600 * 1000;  // of milliseconds
constexpr std::int64_t kGib = std::int64_t{1} << 30;

// A bound that has neither a flag nor a variable of its own name.
constexpr Key number(std::string_view name, std::string_view fallback, std::int64_t min, std::int64_t max,
                     std::string_view help) {
    return {.name = name, .type = KeyType::integer, .fallback = fallback, .min = min, .max = max, .help = help};
}

}  // namespace cedar::host::app
