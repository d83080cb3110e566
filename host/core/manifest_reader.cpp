#include "host/core/manifest_reader.hpp"

#include "host/core/utf8.hpp"

#include <utility>

namespace cedar::host {

std::string shown(const JsonValue& value) {
    if (value.IsObject()) return "an object";
    if (value.IsArray()) return "an array";
    const auto json = to_json(value);
    const auto start = utf8_prefix(json, 80);
    return start.size() == json.size() ? json : std::string(start) + "…";
}

ManifestReader::ManifestReader(const JsonValue& object, std::string place, Problems& problems)
    : object_(object), place_(std::move(place)), problems_(problems) {
    if (ok() && !object.IsObject())
        problems_.error =
            Error{ErrorCode::invalid_argument,
                  (place_.empty() ? "manifest" : place_) + ": expected an object, got " + shown(object),
                  {}};
}

std::string ManifestReader::place_of(std::string_view key) const {
    return place_.empty() ? std::string(key) : place_ + '.' + std::string(key);
}

void ManifestReader::fail(std::string_view key, const std::string& sentence) {
    if (ok()) problems_.error = Error{ErrorCode::invalid_argument, place_of(key) + ": " + sentence, {}};
}

const JsonValue* ManifestReader::get(std::string_view key) {
    known_.push_back(key);
    return ok() ? find_member(object_, key) : nullptr;
}

const JsonValue* ManifestReader::require(std::string_view key, std::string_view expected) {
    const auto* value = get(key);
    if (value == nullptr) fail(key, "expected " + std::string(expected) + ", got nothing");
    return value;
}

void ManifestReader::text(std::string_view key, std::string& out, std::size_t max_bytes) {
    const auto* value = get(key);
    if (value == nullptr) return;
    if (!value->IsString() || value->GetStringLength() > max_bytes)
        return fail(key,
                    "expected a string of at most " + std::to_string(max_bytes) + " bytes, got " + shown(*value));
    out.assign(value->GetString(), value->GetStringLength());
}

void ManifestReader::texts(std::string_view key, std::vector<std::string>& out, std::size_t max_count) {
    static constexpr std::size_t kMaxBytes = 256;
    const auto* value = get(key);
    if (value == nullptr) return;
    if (!value->IsArray() || value->Size() > max_count)
        return fail(key,
                    "expected a list of at most " + std::to_string(max_count) + " strings, got " + shown(*value));
    for (rapidjson::SizeType i = 0; i < value->Size(); ++i) {
        const auto& item = (*value)[i];
        if (!item.IsString() || item.GetStringLength() == 0 || item.GetStringLength() > kMaxBytes)
            return fail(std::string(key) + '[' + std::to_string(i) + ']',
                        "expected a string of 1 to 256 bytes, got " + shown(item));
        out.emplace_back(item.GetString(), item.GetStringLength());
    }
}

void ManifestReader::flag(std::string_view key, bool& out) {
    const auto* value = get(key);
    if (value == nullptr) return;
    if (!value->IsBool()) return fail(key, "expected true or false, got " + shown(*value));
    out = value->GetBool();
}

void ManifestReader::integer(std::string_view key, std::uint32_t& out, std::uint32_t min, std::uint32_t max) {
    const auto* value = get(key);
    if (value == nullptr) return;
    if (!value->IsUint() || value->GetUint() < min || value->GetUint() > max)
        return fail(key,
                    "expected " + std::to_string(min) + " to " + std::to_string(max) + ", got " + shown(*value));
    out = value->GetUint();
}

void ManifestReader::warn_unknown() {
    if (!ok()) return;
    for (const auto& member : object_.GetObject()) {
        const std::string_view name(member.name.GetString(), member.name.GetStringLength());
        if (std::find(known_.begin(), known_.end(), name) == known_.end())
            problems_.warnings.push_back(place_of(utf8_prefix(name, 64)) + ": no such key; it is ignored");
    }
}

}  // namespace cedar::host
