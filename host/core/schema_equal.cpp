#include "host/core/schema_node.hpp"

#include <functional>

namespace cedar::host {
namespace {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    a ^= b + 0x9E3779B97F4A7C15U + (a << 6U) + (a >> 2U);
    return a * 0xFF51AFD7ED558CCDU;
}

std::uint64_t hash_text(const JsonValue& text) {
    return std::hash<std::string_view>{}({text.GetString(), text.GetStringLength()});
}

}  // namespace

bool json_equal(const JsonValue& a, const JsonValue& b) {
    return a == b;
}

std::uint64_t json_hash(const JsonValue& value) {
    switch (value.GetType()) {
        case rapidjson::kNumberType: return mix(1, std::hash<double>{}(value.GetDouble()));  // 1 and 1.0 are equal
        case rapidjson::kStringType: return mix(2, hash_text(value));
        case rapidjson::kArrayType: {
            std::uint64_t hash = 3;
            for (const auto& item : value.GetArray()) hash = mix(hash, json_hash(item));
            return hash;
        }
        case rapidjson::kObjectType: {
            std::uint64_t hash = 4;  // a sum: the order of members means nothing
            for (const auto& member : value.GetObject())
                hash += mix(hash_text(member.name), json_hash(member.value));
            return hash;
        }
        default: return mix(5, static_cast<std::uint64_t>(value.GetType()));
    }
}

}  // namespace cedar::host
