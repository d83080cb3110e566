#include "host/app/env_file.hpp"

#include <algorithm>
#include <optional>

namespace cedar::host::app {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

bool is_name(std::string_view text) {
    const auto fits = [](unsigned char c) {
        return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && (text[0] < '0' || text[0] > '9') && std::all_of(text.begin(), text.end(), fits);
}

// What may stand behind a closing quote.
bool is_rest(std::string_view text) {
    text = trimmed(text);
    return text.empty() || text.front() == '#';
}

std::optional<std::string> double_quoted(std::string_view text) {
    std::string value;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') return is_rest(text.substr(at + 1)) ? std::optional(value) : std::nullopt;
        if (text[at] == '\\' && at + 1 < text.size()) {
            const char next = text[++at];
            if (next != 'n' && next != '"' && next != '\\') value += '\\';
            value += next == 'n' ? '\n' : next;
        } else {
            value += text[at];
        }
    }
    return std::nullopt;
}

std::optional<std::string> value_of(std::string_view text) {
    if (text.starts_with('"')) return double_quoted(text);
    if (text.starts_with('\'')) {
        const auto end = text.find('\'', 1);
        if (end == std::string_view::npos || !is_rest(text.substr(end + 1))) return std::nullopt;
        return std::string(text.substr(1, end - 1));
    }
    if (const auto comment = text.find(" #"); comment != std::string_view::npos) text = text.substr(0, comment);
    return std::string(trimmed(text));
}

// Why the line is no setting; empty when it is one, or says nothing.
std::string_view read_line(std::string_view line, EnvFile& out) {
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return {};
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return "expected NAME=VALUE, found no '='";
    const auto name = trimmed(line.substr(0, equals));
    if (!is_name(name)) return "expected a name of letters, digits and '_' before the '='";
    auto value = value_of(trimmed(line.substr(equals + 1)));
    if (!value) return "expected the quote that closes the value, and nothing behind it";
    if (value->find('\0') != std::string::npos) return "expected a value without a zero byte";
    out.variables.emplace_back(name, std::move(*value));
    return {};
}

}  // namespace

EnvFile parse_env_file(std::string_view text, std::string_view file) {
    EnvFile out;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto why = read_line(text.substr(0, end), out);
        if (!why.empty()) {
            out.problems.push_back(std::string(file) + ":" + std::to_string(number) + ": " + std::string(why));
        }
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return out;
}

}  // namespace cedar::host::app
