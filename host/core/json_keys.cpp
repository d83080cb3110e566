#include "host/core/json_keys.hpp"

#include "host/core/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace cedar::host {
namespace {

constexpr std::size_t kFew = 16;  // up to here a plain search beats a tree

unsigned hex4(std::string_view raw, std::size_t at) {
    unsigned code = 0;
    std::from_chars(raw.data() + at, raw.data() + at + 4, code, 16);
    return code;
}

// What valid JSON string contents mean.
std::string unescape(std::string_view raw) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\') {
            out.push_back(raw[i]);
            continue;
        }
        ++i;
        if (raw[i] != 'u') {
            out.push_back(kMeanings[kLetters.find(raw[i])]);
            continue;
        }
        auto code = hex4(raw, i + 1);
        i += 4;
        if (code >= 0xD800 && code <= 0xDBFF) {
            code = 0x10000 + ((code - 0xD800) << 10U) + (hex4(raw, i + 3) - 0xDC00);
            i += 6;
        }
        utf8_append(out, code);
    }
    return out;
}

}  // namespace

void JsonLevels::pop() {
    keys_.resize(levels_.back().first_key);
    levels_.pop_back();
}

bool JsonLevels::add_key(std::string_view raw, bool escaped) {
    const auto key = escaped ? std::string_view(unescaped_.emplace_front(unescape(raw))) : raw;
    auto& level = levels_.back();
    if (level.many != nullptr) return level.many->insert(key).second;
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(level.first_key);
    if (std::find(first, keys_.end(), key) != keys_.end()) return false;
    if (keys_.size() - level.first_key == kFew) return add_to_many(level, key);
    keys_.push_back(key);
    return true;
}

bool JsonLevels::add_to_many(Level& level, std::string_view key) {
    level.many = std::make_unique<std::set<std::string_view>>(
        keys_.begin() + static_cast<std::ptrdiff_t>(level.first_key), keys_.end());
    keys_.resize(level.first_key);
    return level.many->insert(key).second;
}

std::string shown_key(std::string_view raw) {
    auto end = std::min<std::size_t>(raw.size(), 64);
    while (end > 0 && end < raw.size() && (static_cast<unsigned char>(raw[end]) & 0xC0U) == 0x80U) --end;
    return std::string(raw.substr(0, end)) + (end < raw.size() ? "…" : "");
}

}  // namespace cedar::host
