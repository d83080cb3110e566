#pragma once
#include "host/core/json.hpp"
#include "host/core/schema_pattern.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host {

// One compiled (sub)schema. Children are borrowed from the CompiledSchema that owns them all. Private to core.
struct SchemaNode {
    static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
    enum Type : std::uint8_t {
        null = 1,
        boolean = 2,
        integer = 4,
        number = 8,
        string = 16,
        array = 32,
        object = 64
    };

    struct Property {
        std::string name;
        const SchemaNode* schema = nullptr;  // null: required only
        bool required = false;
    };
    // A bound as long double: it holds every 64-bit integer and every double exactly.
    struct Bound {
        long double value = 0;
        bool exclusive = false;
        std::string text;  // as the schema wrote it, for messages
    };

    std::uint8_t types = 127;  // Type bits; `number` admits integers too
    std::optional<Bound> minimum, maximum;
    std::size_t min_length = 0, max_length = kNoLimit;  // code points
    std::size_t min_items = 0, max_items = kNoLimit;
    std::size_t min_properties = 0, max_properties = kNoLimit;
    std::optional<Pattern> pattern;

    std::vector<Property> properties;  // sorted by name
    std::size_t required_count = 0;
    std::vector<std::pair<Pattern, const SchemaNode*>> pattern_properties;
    bool closed = false;                     // additionalProperties: false
    const SchemaNode* additional = nullptr;  // additionalProperties: a schema

    const SchemaNode* items = nullptr;
    std::vector<const SchemaNode*> tuple;
    bool unique_items = false;

    const JsonValue* enumeration = nullptr;  // an array
    std::vector<const SchemaNode*> all_of, any_of, one_of;
    const SchemaNode* negated = nullptr;

    std::string ref_name;             // of "#/definitions/<name>"
    const SchemaNode* ref = nullptr;  // then nothing else above is set

    bool skimmable = false;  // its own keywords are such as surely_fits() can be sure of

    [[nodiscard]] const Property* find(std::string_view name) const;
};

struct CompiledSchema {
    JsonDocument document;         // enumerations point into it
    std::deque<SchemaNode> nodes;  // stable addresses; the first is the root
    std::string text;              // compact
};

// The gate. Error invalid_argument names the JSON pointer and the keyword.
[[nodiscard]] Result<void> compile_schema(std::string_view text, CompiledSchema& out);

// Refuses references that lead back to themselves without a step into the instance, and chains of more than
// 32 schemas for one value. `document` pointers in messages are by definition name.
[[nodiscard]] Result<void> check_references(const CompiledSchema& schema);

// True: the value fits; this reads the text once, only where the schema looks, and builds nothing. False: it fits
// or it does not, which validate_value() knows, and has the words for. `json` is JSON for sure.
[[nodiscard]] bool surely_fits(const SchemaNode& root, std::string_view json, std::uint64_t max_steps);

[[nodiscard]] Result<void> validate_value(const SchemaNode& root, const JsonValue& value, std::uint64_t max_steps);

// Equality as JSON Schema has it: numbers by value, objects without order.
[[nodiscard]] bool json_equal(const JsonValue& a, const JsonValue& b);
// Equal values have equal hashes.
[[nodiscard]] std::uint64_t json_hash(const JsonValue& value);

}  // namespace cedar::host
