#pragma once
#include "host/core/error.hpp"
#include "host/core/json.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cedar::host {

// What one validation may cost: schemas applied, characters matched, values compared. Beyond: Error limit.
inline constexpr std::uint64_t kSchemaSteps = 4'000'000;

// A compiled JSON Schema of the enforced subset: type, properties, required, additionalProperties,
// patternProperties, items, enum, minimum, maximum, exclusiveMinimum/exclusiveMaximum (booleans),
// minLength, maxLength, minItems, maxItems, minProperties, maxProperties, pattern, uniqueItems, allOf,
// anyOf, oneOf, not, $ref to "#/definitions/…", definitions; title, description, default, examples carry
// no meaning and are allowed. Any other keyword is refused by name: a keyword that is ignored in
// silence would let an invalid document pass.
//
// Immutable once compiled; one compiled schema is shared by all users of the same text.
// Source: JSON Schema draft 4 (validation), the subset of which is enforced.
class Schema {
public:
    // The gate (keywords, reference cycles without an instance step, pattern grammar, size and depth)
    // runs before the validator sees the text. Error invalid_argument names the JSON pointer and
    // the keyword. Thread: any.
    [[nodiscard]] static Result<std::shared_ptr<const Schema>> compile(std::string_view text,
                                                                       std::uint64_t max_steps = kSchemaSteps);

    virtual ~Schema() = default;

    // Error invalid_argument: "expected <keyword of the schema> at <pointer>, got …". Thread: any.
    [[nodiscard]] virtual Result<void> validate(const JsonValue& value) const = 0;
    // Parses (parse_json's rules and `limits`) and validates in one pass, keeping nothing. Thread: any.
    [[nodiscard]] virtual Result<void> validate_text(std::string_view text, const JsonLimits& limits) const = 0;
    // The same of text that the host itself put together from JSON that was checked: no look is taken at what the
    // schema asks nothing of. Thread: any.
    [[nodiscard]] virtual Result<void> validate_made(std::string_view text, const JsonLimits& limits) const = 0;

    // The schema as it came, compact. Lives as long as the object.
    [[nodiscard]] virtual const std::string& text() const = 0;
};

// One compiled schema per distinct text. Bounded by the components that are loaded: it holds weak
// references only. Thread: any.
class SchemaCache {
public:
    explicit SchemaCache(std::uint64_t max_steps = kSchemaSteps);
    ~SchemaCache();
    SchemaCache(const SchemaCache&) = delete;
    SchemaCache& operator=(const SchemaCache&) = delete;
    [[nodiscard]] Result<std::shared_ptr<const Schema>> get(std::string_view text);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host
