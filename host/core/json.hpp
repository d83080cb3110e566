#pragma once
#include "host/core/error.hpp"

#include <stdexcept>

// Set before RapidJSON is seen for the first time, alike in every source of the host: include it from here only.
#define RAPIDJSON_HAS_STDSTRING 1
namespace cedar::host {
struct JsonAssertion : std::logic_error {
    using std::logic_error::logic_error;
};
}  // namespace cedar::host
#define RAPIDJSON_ASSERT(x)                               \
    do {                                                  \
        if (!(x)) throw ::cedar::host::JsonAssertion(#x); \
    } while (false)
#define RAPIDJSON_NOEXCEPT_ASSERT(x) static_cast<void>(0)
#include <rapidjson/document.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace cedar::host {

using JsonDocument = rapidjson::Document;
using JsonValue = rapidjson::Value;

struct JsonLimits {
    std::size_t max_bytes = 1024 * 1024;
    unsigned max_depth = 64;  // nesting of arrays and objects
    bool unique_keys = true;  // refuse an object that has a key twice
};

// The one way foreign JSON enters the host: iterative, UTF-8 checked, no trailing text, bounded.
// Error invalid_argument (limit for size or depth); the message says the byte offset and what was expected.
// Thread: any.
[[nodiscard]] Result<JsonDocument> parse_json(std::string_view text, const JsonLimits& limits = {});

// Checks as parse_json does and keeps nothing; for text that is passed on as it came. Thread: any.
[[nodiscard]] Result<void> check_json(std::string_view text, const JsonLimits& limits = {});

// Serialises a value that came from parse_json. Thread: any.
[[nodiscard]] std::string to_json(const JsonValue& value);

// Appends `text` as a JSON string with its quotes. Ill-formed UTF-8 becomes U+FFFD; control characters,
// U+2028 and U+2029 are escaped.
void append_json_string(std::string& out, std::string_view text);
[[nodiscard]] std::string json_string(std::string_view text);

// Well-formed UTF-8 of the same text: each ill-formed sequence becomes one U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view bytes);

// The member as text, or empty view when absent or not a string. Valid while `object` is.
[[nodiscard]] std::string_view string_member(const JsonValue& object, std::string_view key);
// The member, or nullptr.
[[nodiscard]] const JsonValue* find_member(const JsonValue& object, std::string_view key);

}  // namespace cedar::host
