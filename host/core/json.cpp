#include "host/core/json.hpp"

#include "host/core/check.hpp"
#include "host/core/json_numbers.hpp"
#include "host/core/json_scan.hpp"
#include "host/core/local_json.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace cedar::host {
namespace {

constexpr unsigned kDepthCeiling = 512;  // the tree is built, walked and written by recursion

}  // namespace

Result<void> check_json(std::string_view text, const JsonLimits& limits) {
    CEDAR_CHECK(limits.max_depth <= kDepthCeiling);
    auto scan = scan_json(text, limits);
    if (!scan) return std::move(scan).error();
    return {};
}

Result<JsonDocument> parse_json(std::string_view text, const JsonLimits& limits) {
    CEDAR_CHECK(limits.max_depth <= kDepthCeiling);
    auto scan = scan_json(text, limits);
    if (!scan) return std::move(scan).error();
    std::string easy;
    if (scan->hard_numbers) text = easy = with_easy_numbers(text);
    JsonDocument document;
    rapidjson::MemoryStream stream(text.data(), text.size());
    document.ParseStream<rapidjson::kParseFullPrecisionFlag>(stream);
    if (document.HasParseError())
        return Error{ErrorCode::invalid_argument,
                     "JSON: byte " + std::to_string(document.GetErrorOffset()) + ": " +
                         rapidjson::GetParseError_En(document.GetParseError()),
                     {}};
    return document;
}

Result<const JsonValue*> LocalJson::parse(std::string_view text, const JsonLimits& limits) {
    CEDAR_CHECK(limits.max_depth <= kDepthCeiling);
    auto scan = scan_json(text, limits);
    if (!scan) return std::move(scan).error();
    std::string easy;
    if (scan->hard_numbers) text = easy = with_easy_numbers(text);
    document_.ParseInsitu<rapidjson::kParseFullPrecisionFlag>(copy(text));
    if (document_.HasParseError())
        return Error{ErrorCode::internal, "JSON: the checked text could not be read", {}};
    return &document_;
}

char* LocalJson::copy(std::string_view text) {
    char* to = few_;
    if (text.size() >= sizeof few_) {
        many_ = std::make_unique<char[]>(text.size() + 1);
        to = many_.get();
    }
    *std::copy(text.begin(), text.end(), to) = '\0';
    return to;
}

std::string to_json(const JsonValue& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

const JsonValue* find_member(const JsonValue& object, std::string_view key) {
    if (!object.IsObject()) return nullptr;
    const JsonValue name(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size())));
    const auto member = object.FindMember(name);
    return member == object.MemberEnd() ? nullptr : &member->value;
}

std::string_view string_member(const JsonValue& object, std::string_view key) {
    const auto* member = find_member(object, key);
    if (member == nullptr || !member->IsString()) return {};
    return {member->GetString(), member->GetStringLength()};
}

}  // namespace cedar::host
