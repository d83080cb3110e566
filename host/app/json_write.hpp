#pragma once
#include "host/core/json.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace cedar::host::app {

// Small JSON by hand: `members` are names with values that are JSON already. Thread: any.
[[nodiscard]] inline std::string json_object(
    std::initializer_list<std::pair<std::string_view, std::string>> members) {
    std::string out = "{";
    for (const auto& [name, value] : members) {
        if (out.size() > 1) out += ',';
        append_json_string(out, name);
        out += ':' + value;
    }
    return out + "}";
}

// Of values that are JSON already.
[[nodiscard]] inline std::string json_array(std::span<const std::string> values) {
    std::string out = "[";
    for (const std::string& value : values) {
        if (out.size() > 1) out += ',';
        out += value;
    }
    return out + "]";
}

[[nodiscard]] inline std::string json_texts(std::span<const std::string> texts) {
    std::string out = "[";
    for (const std::string& text : texts) {
        if (out.size() > 1) out += ',';
        append_json_string(out, text);
    }
    return out + "]";
}

[[nodiscard]] inline std::string json_flag(bool value) {
    return value ? "true" : "false";
}

}  // namespace cedar::host::app
