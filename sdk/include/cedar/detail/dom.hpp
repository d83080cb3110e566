#pragma once
#include <cedar/error.hpp>

#include <rapidjson/document.h>
#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace cedar::detail {

using Dom = rapidjson::Value;

inline constexpr int max_json_depth = 64;  // nesting of arrays and objects, as the host's

// Passes what the reader finds on to a document, and stops it when it goes too deep.
class DepthGuard {
public:
    explicit DepthGuard(rapidjson::Document& document) : document_(document) {}

    bool Null() { return document_.Null(); }
    bool Bool(bool value) { return document_.Bool(value); }
    bool Int(int value) { return document_.Int(value); }
    bool Uint(unsigned value) { return document_.Uint(value); }
    bool Int64(std::int64_t value) { return document_.Int64(value); }
    bool Uint64(std::uint64_t value) { return document_.Uint64(value); }
    bool Double(double value) { return document_.Double(value); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return document_.String(text, size, true); }
    bool String(const char* text, rapidjson::SizeType size, bool) { return document_.String(text, size, true); }
    bool Key(const char* text, rapidjson::SizeType size, bool) { return document_.Key(text, size, true); }
    bool StartObject() { return enter() && document_.StartObject(); }
    bool EndObject(rapidjson::SizeType count) { return leave() && document_.EndObject(count); }
    bool StartArray() { return enter() && document_.StartArray(); }
    bool EndArray(rapidjson::SizeType count) { return leave() && document_.EndArray(count); }

private:
    bool enter() { return ++depth_ <= max_json_depth; }
    bool leave() {
        --depth_;
        return true;
    }

    rapidjson::Document& document_;
    int depth_ = 0;
};

// Without recursion, UTF-8 checked, no trailing text. Throws Error invalid_argument.
inline rapidjson::Document parse_dom(std::string_view text) {
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag;
    rapidjson::MemoryStream bytes(text.data() == nullptr ? "" : text.data(), text.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
    rapidjson::Reader reader;
    rapidjson::Document document;
    const auto generate = [&](rapidjson::Document& handler) {
        DepthGuard guard(handler);
        return !reader.Parse<flags>(stream, guard).IsError();
    };
    document.Populate(generate);
    if (!reader.HasParseError()) return document;
    const auto code = reader.GetParseErrorCode();
    const std::string at = " at byte " + std::to_string(reader.GetErrorOffset());
    if (code == rapidjson::kParseErrorTermination) {
        throw Error("invalid_argument",
                    "expected JSON at most " + std::to_string(max_json_depth) + " levels deep, got more" + at);
    }
    throw Error("invalid_argument", "expected JSON, got something else" + at, rapidjson::GetParseError_En(code));
}

// Of a value that parse_dom made, whose depth is bounded therefore.
inline std::string dom_text(const Dom& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

inline std::string_view dom_string(const Dom& value) {
    return {value.GetString(), value.GetStringLength()};
}

inline const Dom* dom_member(const Dom& object, std::string_view key) {
    for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
        if (dom_string(member->name) == key) return &member->value;
    }
    return nullptr;
}

}  // namespace cedar::detail
