#include "host/app/config_file.hpp"

#include "host/core/json.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <optional>
#include <sstream>

namespace cedar::host::app {
namespace {

constexpr std::string_view kComponents = "components";

// A value of TOML that a key can have. A float, a date, a mixed list is nothing.
std::optional<ConfigValue> value_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return ConfigValue(text->get());
    if (const auto* number = node.as_integer()) return ConfigValue(number->get());
    if (const auto* flag = node.as_boolean()) return ConfigValue(flag->get());
    const auto* array = node.as_array();
    if (array == nullptr) return std::nullopt;
    std::vector<std::string> list;
    for (const toml::node& item : *array) {
        if (!item.is_string()) return std::nullopt;
        list.push_back(item.as_string()->get());
    }
    return ConfigValue(std::move(list));
}

std::string_view kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "a list of something else";
        case toml::node_type::floating_point: return "a fraction";
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time: return "a date or time";
        default: return "something else";
    }
}

// A quoted key may hold anything, a line's end too; the message stays one line.
std::string shown_place(std::string_view place) {
    const auto control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
    return std::any_of(place.begin(), place.end(), control) ? json_string(place) : std::string(place);
}

// The parser's words quote what it saw, a line's end too.
std::string on_one_line(std::string_view words) {
    std::string line;
    for (const char c : words) {
        if (c == '\n') {
            line += "\\n";
        } else {
            line += (c >= 0 && c < ' ') || c == 0x7f ? '?' : c;
        }
    }
    return line;
}

Result<std::string> json_of(const toml::table& table) {
    std::ostringstream text;
    text << toml::json_formatter(table);
    auto parsed = parse_json(text.str());
    if (!parsed) return parsed.error();
    return to_json(*parsed);
}

// Walks the tables, collecting settings; the first thing that is wrong ends it.
class Reader {
public:
    explicit Reader(std::string_view file) : file_(file) {}

    Result<void> read(const toml::table& table, const std::string& prefix) {
        for (auto&& [name, node] : table) {
            const std::string full = prefix + std::string(name.str());
            const Key* key = find_key(full);
            Result<void> done;
            if (full == kComponents) {
                done = read_components(node);
            } else if (key == nullptr && node.is_table()) {
                done = read(*node.as_table(), full + ".");
            } else {
                done = key == nullptr ? unknown(full, node) : take(*key, node);
            }
            if (!done) return done;
        }
        return {};
    }

    FileContent content;

private:
    Error wrong(std::string_view place, std::string_view rest) const {
        return {ErrorCode::invalid_argument, file_ + ": " + shown_place(place) + ": " + std::string(rest), {}};
    }

    // Decimals may be written as numbers too; they are kept as they are read.
    static std::optional<ConfigValue> value_for(const Key& key, const toml::node& node) {
        if (key.type != KeyType::decimal || !node.is_number()) return value_of(node);
        std::array<char, 400> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *node.value<double>(),
                                       std::chars_format::fixed)
                             .ptr;
        return ConfigValue(std::string(digits.data(), end));
    }

    Result<void> take(const Key& key, const toml::node& node) {
        auto value = value_for(key, node);
        if (!value) return wrong(key.name, "expected " + expectation(key) + ", got " + std::string(kind_of(node)));
        if (auto fits = check_value(key, *value); !fits) return wrong(key.name, fits.error().message);
        content.settings.push_back({&key, std::move(*value)});
        return {};
    }

    Result<void> read_components(const toml::node& node) {
        if (!node.is_table()) return wrong(kComponents, "expected tables named by components, got something else");
        for (auto&& [name, table] : *node.as_table()) {
            const std::string id(name.str());
            if (id.find('.') == std::string::npos || !table.is_table()) {
                return wrong(
                    std::string(kComponents) + "." + id,
                    "expected a component's id in quotes and a table, such as [components.\"acme.counter\"]");
            }
            auto json = json_of(*table.as_table());
            if (!json) return wrong(std::string(kComponents) + "." + id, json.error().message);
            content.components.push_back({id, std::move(*json)});
        }
        return {};
    }

    Result<void> unknown(const std::string& name, const toml::node& node) const {
        if (name == "llm.api_key" || name == "llm.key") {
            return wrong(name, "expected in the environment or in a .env file (OPENAI_API_KEY), not in this one");
        }
        const auto value = value_of(node);
        std::string rest = "expected a known key";
        if (const Key* near = nearest_key(name)) rest += " such as " + std::string(near->name);
        rest += ", got " + (value ? to_toml(*value) : std::string(kind_of(node))) + " for one that does not exist";
        return wrong(name, rest);
    }

    std::string file_;
};

}  // namespace

Result<FileContent> read_config_text(std::string_view text, std::string_view file) {
    try {
        const toml::table table = toml::parse(text, file);
        Reader reader(file);
        if (auto read = reader.read(table, ""); !read) return read.error();
        return std::move(reader.content);
    } catch (const toml::parse_error& error) {
        return Error{ErrorCode::invalid_argument,
                     std::string(file) + ": line " + std::to_string(error.source().begin.line) +
                         ": expected TOML: " + on_one_line(error.description()),
                     {}};
    } catch (const std::exception& error) {
        return Error{
            ErrorCode::invalid_argument, std::string(file) + ": expected TOML: " + on_one_line(error.what()), {}};
    }
}

}  // namespace cedar::host::app
