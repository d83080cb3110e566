#include "host/app/config_value.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace cedar::host::app {
namespace {

Error unexpected(const Key& key, std::string_view got) {
    return {ErrorCode::invalid_argument, "expected " + expectation(key) + ", got " + std::string(got), {}};
}

bool is_choice(std::string_view choices, std::string_view value) {
    while (!choices.empty()) {
        const auto bar = choices.find('|');
        if (choices.substr(0, bar) == value) return true;
        choices = bar == std::string_view::npos ? std::string_view{} : choices.substr(bar + 1);
    }
    return false;
}

std::optional<bool> parse_boolean(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::string_view, 4> on{"true", "yes", "on", "1"}, off{"false", "no", "off", "0"};
    if (std::find(on.begin(), on.end(), lower) != on.end()) return true;
    if (std::find(off.begin(), off.end(), lower) != off.end()) return false;
    return std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        if (end != 0) parts.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return parts;
}

bool has_right_type(const Key& key, const ConfigValue& value) {
    switch (key.type) {
        case KeyType::integer: return std::holds_alternative<std::int64_t>(value);
        case KeyType::boolean: return std::holds_alternative<bool>(value);
        case KeyType::texts:
        case KeyType::paths: return std::holds_alternative<std::vector<std::string>>(value);
        default: return std::holds_alternative<std::string>(value);
    }
}

}  // namespace

std::optional<double> parse_decimal(std::string_view text) {
    double number = 0;
    const auto [end, code] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (code != std::errc{} || end != text.data() + text.size() || !(number >= 0)) return std::nullopt;
    return number;
}

Result<void> check_value(const Key& key, const ConfigValue& value) {
    bool fits = has_right_type(key, value);
    if (const auto* number = std::get_if<std::int64_t>(&value); fits && number != nullptr) {
        fits = *number >= key.min && *number <= key.max;
    }
    if (const auto* text = std::get_if<std::string>(&value); fits && text != nullptr) {
        fits =
            text->find('\0') == std::string::npos && (key.type != KeyType::choice || is_choice(key.choices, *text));
    }
    if (key.type == KeyType::decimal && fits) {
        const auto number = parse_decimal(std::get<std::string>(value));
        fits = number && *number >= static_cast<double>(key.min) && *number <= static_cast<double>(key.max);
    }
    if (!fits) return unexpected(key, to_toml(value));
    return {};
}

Result<ConfigValue> parse_value(const Key& key, std::string_view text) {
    ConfigValue value = std::string(text);
    if (key.type == KeyType::integer) {
        std::int64_t number = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (code != std::errc{} || end != text.data() + text.size()) return unexpected(key, json_string(text));
        value = number;
    } else if (key.type == KeyType::boolean) {
        const auto flag = parse_boolean(text);
        if (!flag) return unexpected(key, json_string(text));
        value = *flag;
    } else if (key.type == KeyType::texts || key.type == KeyType::paths) {
        value = split(text, key.type == KeyType::paths ? ':' : ',');
    }
    if (auto checked = check_value(key, value); !checked) return checked.error();
    return value;
}

std::string to_toml(const ConfigValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return json_string(*text);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    std::string list = "[";
    for (const std::string& item : std::get<std::vector<std::string>>(value)) {
        if (list.size() > 1) list += ", ";
        list += json_string(item);
    }
    return list + "]";
}

}  // namespace cedar::host::app
