#include "host/core/schema_compiler.hpp"

#include <algorithm>
#include <array>

namespace cedar::host {
namespace {

constexpr JsonLimits kSchemaLimits{.max_bytes = 64 * 1024, .max_depth = 32, .unique_keys = true};
constexpr std::size_t kMaxNodes = 4096;

std::string_view view(const JsonValue& text) {
    return {text.GetString(), text.GetStringLength()};
}

std::string_view kind_of(const JsonValue& value) {
    switch (value.GetType()) {
        case rapidjson::kNullType: return "null";
        case rapidjson::kFalseType:
        case rapidjson::kTrueType: return "a boolean";
        case rapidjson::kObjectType: return "an object";
        case rapidjson::kArrayType: return "an array";
        case rapidjson::kStringType: return "a string";
        case rapidjson::kNumberType: return "a number";
    }
    return "a value";
}

}  // namespace

const SchemaNode* SchemaCompiler::node(const JsonValue& schema) {
    if (!schema.IsObject()) return fail_node("a schema (an object)", schema);
    if (out_.nodes.size() == kMaxNodes) {
        fail("expected at most 4096 schemas in one");
        return nullptr;
    }
    auto& made = out_.nodes.emplace_back();
    const bool is_ref = schema.HasMember("$ref");
    for (const auto& member : schema.GetObject()) {
        const auto name = view(member.name);
        const At at(*this, name);
        const auto* keyword = find(name);
        if (keyword == nullptr) {
            fail("keyword \"" + std::string(name) + "\" is not one of the supported subset");
            return nullptr;
        }
        // Draft 4 ignores what stands beside a reference; ignoring in silence is what the gate is against.
        if (is_ref && name != "$ref" && keyword->read != &SchemaCompiler::annotation &&
            keyword->read != &SchemaCompiler::definitions) {
            fail("expected nothing beside \"$ref\", got \"" + std::string(name) + "\"");
            return nullptr;
        }
        if (!(this->*keyword->read)(made, member.value)) return nullptr;
    }
    return finish(made) ? &made : nullptr;
}

bool SchemaCompiler::finish(SchemaNode& made) {
    std::sort(made.properties.begin(), made.properties.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    made.required_count = static_cast<std::size_t>(
        std::count_if(made.properties.begin(), made.properties.end(), [](const auto& p) { return p.required; }));
    for (auto* bound : {&made.minimum, &made.maximum})
        if (bound->has_value() && (*bound)->text.empty())
            return fail(bound == &made.minimum ? "expected \"minimum\" beside \"exclusiveMinimum\""
                                               : "expected \"maximum\" beside \"exclusiveMaximum\"");
    made.skimmable = made.pattern_properties.empty() && made.all_of.empty() && made.any_of.empty() &&
                     made.one_of.empty() && made.negated == nullptr && !made.pattern && !made.unique_items;
    return true;
}

bool SchemaCompiler::reference(SchemaNode& made, const JsonValue& value) {
    static constexpr std::string_view kPrefix = "#/definitions/";
    const auto text = value.IsString() ? view(value) : std::string_view{};
    const auto name = text.substr(std::min(text.size(), kPrefix.size()));
    if (text.substr(0, kPrefix.size()) != kPrefix || name.empty() || name.find_first_of("/%~") != name.npos)
        return fail("expected \"#/definitions/<name>\", got " + to_json(value));
    made.ref_name = name;
    return true;
}

bool SchemaCompiler::definitions(SchemaNode& made, const JsonValue& value) {
    if (&made != &out_.nodes.front()) return fail("expected \"definitions\" at the top only");
    if (!value.IsObject()) return fail_kind("an object of schemas", value);
    for (const auto& member : value.GetObject()) {
        const At at(*this, view(member.name));
        const auto* child = node(member.value);
        if (child == nullptr) return false;
        definitions_.emplace(view(member.name), child);
    }
    return true;
}

bool SchemaCompiler::resolve() {
    for (auto& made : out_.nodes) {
        if (made.ref_name.empty()) continue;
        const auto found = definitions_.find(made.ref_name);
        if (found == definitions_.end())
            return fail("\"$ref\": expected a name that \"definitions\" has, got \"" + made.ref_name + "\"");
        made.ref = found->second;
    }
    return true;
}

const SchemaCompiler::Entry* SchemaCompiler::find(std::string_view name) {
    static constexpr std::array kEntries{Entry{"$ref", &SchemaCompiler::reference},
                                         Entry{"additionalProperties", &SchemaCompiler::additional_properties},
                                         Entry{"allOf", &SchemaCompiler::all_of},
                                         Entry{"anyOf", &SchemaCompiler::any_of},
                                         Entry{"default", &SchemaCompiler::annotation},
                                         Entry{"definitions", &SchemaCompiler::definitions},
                                         Entry{"description", &SchemaCompiler::annotation},
                                         Entry{"enum", &SchemaCompiler::enumeration},
                                         Entry{"examples", &SchemaCompiler::annotation},
                                         Entry{"exclusiveMaximum", &SchemaCompiler::exclusive_maximum},
                                         Entry{"exclusiveMinimum", &SchemaCompiler::exclusive_minimum},
                                         Entry{"items", &SchemaCompiler::items},
                                         Entry{"maxItems", &SchemaCompiler::max_items},
                                         Entry{"maxLength", &SchemaCompiler::max_length},
                                         Entry{"maxProperties", &SchemaCompiler::max_properties},
                                         Entry{"maximum", &SchemaCompiler::maximum},
                                         Entry{"minItems", &SchemaCompiler::min_items},
                                         Entry{"minLength", &SchemaCompiler::min_length},
                                         Entry{"minProperties", &SchemaCompiler::min_properties},
                                         Entry{"minimum", &SchemaCompiler::minimum},
                                         Entry{"not", &SchemaCompiler::negation},
                                         Entry{"oneOf", &SchemaCompiler::one_of},
                                         Entry{"pattern", &SchemaCompiler::pattern},
                                         Entry{"patternProperties", &SchemaCompiler::pattern_properties},
                                         Entry{"properties", &SchemaCompiler::properties},
                                         Entry{"required", &SchemaCompiler::required},
                                         Entry{"title", &SchemaCompiler::annotation},
                                         Entry{"type", &SchemaCompiler::type},
                                         Entry{"uniqueItems", &SchemaCompiler::unique_items}};
    const auto* const found =
        std::find_if(kEntries.begin(), kEntries.end(), [name](const auto& entry) { return entry.name == name; });
    return found == kEntries.end() ? nullptr : found;
}

bool SchemaCompiler::fail(const std::string& message) {
    if (!error_)
        error_ = Error{ErrorCode::invalid_argument,
                       "schema: " + (pointer_.empty() ? std::string("top") : pointer_) + ": " + message,
                       {}};
    return false;
}

bool SchemaCompiler::fail_kind(std::string_view expected, const JsonValue& got) {
    return fail("expected " + std::string(expected) + ", got " + std::string(kind_of(got)));
}

const SchemaNode* SchemaCompiler::fail_node(std::string_view expected, const JsonValue& got) {
    fail_kind(expected, got);
    return nullptr;
}

Result<void> compile_schema(std::string_view text, CompiledSchema& out) {
    auto document = parse_json(text, kSchemaLimits);
    if (!document) return Error{document.error().code, "schema: " + document.error().message, {}};
    out.document = std::move(*document);
    out.text = to_json(out.document);
    SchemaCompiler compiler(out);
    if (!compiler.run()) return compiler.take_error();
    return check_references(out);
}

}  // namespace cedar::host
