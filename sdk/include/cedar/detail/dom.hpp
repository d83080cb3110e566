#pragma once
#include <cedar/error.hpp>

#include <rapidjson/document.h>
#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <string>
#include <string_view>

namespace cedar::detail {

using Dom = rapidjson::Value;

inline constexpr int max_json_depth = 64;  // nesting of arrays and objects, as the host's

// Numbers are read here: RapidJSON 1.1, told to be exact, makes another number of a zero with an exponent or many
// digits (0e90), and reads beyond a table for some very small ones. False where the number has no value.
inline bool add_number(rapidjson::Document& document, std::string_view text) {
    const char* const last = text.data() + text.size();
    if (text.find_first_of(".eE") == text.npos) {
        std::int64_t whole = 0;
        if (const auto read = std::from_chars(text.data(), last, whole); read.ec == std::errc{})
            return document.Int64(whole);
        std::uint64_t large = 0;
        if (const auto read = std::from_chars(text.data(), last, large); read.ec == std::errc{})
            return document.Uint64(large);
    }
    double real = 0;  // stays so where it is too small
    const auto read = std::from_chars(text.data(), last, real);
    const auto e = text.find_first_of("eE");
    const bool small = e == text.npos ? text.find('.') < 3 : text[e + 1] == '-';  // 0.0...01 or 1e-999
    if (read.ec != std::errc{} && !small) return false;
    return document.Double(real);
}

// Passes what the reader finds on to a document, and stops it when it goes too deep.
class DepthGuard {
public:
    explicit DepthGuard(rapidjson::Document& document) : document_(document) {}

    bool Null() { return document_.Null(); }
    bool Bool(bool value) { return document_.Bool(value); }
    bool Int(int) { return false; }  // none of these comes: numbers are read as text
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
        too_large_ = !add_number(document_, {text, size});
        return !too_large_;
    }
    bool String(const char* text, rapidjson::SizeType size, bool) { return document_.String(text, size, true); }
    bool Key(const char* text, rapidjson::SizeType size, bool) { return document_.Key(text, size, true); }
    bool StartObject() { return enter() && document_.StartObject(); }
    bool EndObject(rapidjson::SizeType count) { return leave() && document_.EndObject(count); }
    bool StartArray() { return enter() && document_.StartArray(); }
    bool EndArray(rapidjson::SizeType count) { return leave() && document_.EndArray(count); }

    [[nodiscard]] bool too_large() const { return too_large_; }

private:
    bool enter() { return ++depth_ <= max_json_depth; }
    bool leave() {
        --depth_;
        return true;
    }

    rapidjson::Document& document_;
    int depth_ = 0;
    bool too_large_ = false;
};

// Without recursion, UTF-8 checked, no trailing text. Throws Error invalid_argument.
inline rapidjson::Document parse_dom(std::string_view text) {
    constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                               rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream bytes(text.data() == nullptr ? "" : text.data(), text.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
    rapidjson::Reader reader;
    rapidjson::Document document;
    DepthGuard guard(document);
    const auto generate = [&](rapidjson::Document&) { return !reader.Parse<flags>(stream, guard).IsError(); };
    document.Populate(generate);
    if (!reader.HasParseError()) return document;
    const auto code = reader.GetParseErrorCode();
    const std::string at = " at byte " + std::to_string(reader.GetErrorOffset());
    if (guard.too_large() || code == rapidjson::kParseErrorNumberTooBig)
        throw Error("invalid_argument", "expected a number within the range of a double" + at);
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
