#include "host/app/config_key.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace cedar::host::app {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t kept = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, kept});
        }
    }
    return row.back();
}

std::string_view last_part(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace

const Key* find_key(std::string_view name) {
    const auto keys = all_keys();
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

const Key* nearest_key(std::string_view name) {
    if (name.size() > 64) return nullptr;
    const Key* best = nullptr;
    std::size_t best_distance = 0;
    for (const Key& key : all_keys()) {
        std::size_t distance = edit_distance(name, key.name);
        if (last_part(name) == last_part(key.name)) distance = std::min<std::size_t>(distance, 1);
        if (best == nullptr || distance < best_distance) {
            best = &key;
            best_distance = distance;
        }
    }
    return best_distance <= std::max<std::size_t>(2, name.size() / 3) ? best : nullptr;
}

std::string variable_of(const Key& key) {
    if (!key.env.empty()) return std::string(key.env);
    std::string name = "CEDAR_";
    for (const char c : key.name) {
        name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return name;
}

std::string expectation(const Key& key) {
    switch (key.type) {
        case KeyType::text: return "text";
        case KeyType::path: return "a path";
        case KeyType::decimal: return "a number from " + std::to_string(key.min) + " to " + std::to_string(key.max);
        case KeyType::integer: return std::to_string(key.min) + " to " + std::to_string(key.max);
        case KeyType::boolean: return "true or false";
        case KeyType::texts: return "a list of texts";
        case KeyType::paths: return "a list of paths";
        case KeyType::choice: break;
    }
    std::string text = "one of ";
    for (const char c : key.choices) text += c == '|' ? std::string(", ") : std::string(1, c);
    return text;
}

}  // namespace cedar::host::app
