#include "host/core/schema_node.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <map>

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

// Reads one schema after the other; `pointer_` is where it stands, for messages.
class Compiler {
public:
    explicit Compiler(CompiledSchema& out) : out_(out) {}

    bool run() {
        const auto* root = node(out_.document);
        return root != nullptr && resolve();
    }
    Error take_error() { return std::move(*error_); }

private:
    using Keyword = bool (Compiler::*)(SchemaNode&, const JsonValue&);
    struct Entry {
        std::string_view name;
        Keyword read;
    };

    // Appends to the pointer for as long as it lives.
    class At {
    public:
        At(Compiler& compiler, std::string_view step) : pointer_(compiler.pointer_), size_(pointer_.size()) {
            pointer_.push_back('/');
            for (const char c : step) {
                if (c == '~')
                    pointer_ += "~0";
                else if (c == '/')
                    pointer_ += "~1";
                else
                    pointer_.push_back(c);
            }
        }
        At(Compiler& compiler, std::size_t index) : At(compiler, std::string_view(std::to_string(index))) {}
        ~At() { pointer_.resize(size_); }
        At(const At&) = delete;
        At& operator=(const At&) = delete;

    private:
        std::string& pointer_;
        std::size_t size_;
    };

    const SchemaNode* node(const JsonValue& schema) {
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
            if (is_ref && name != "$ref" && keyword->read != &Compiler::annotation &&
                keyword->read != &Compiler::definitions) {
                fail("expected nothing beside \"$ref\", got \"" + std::string(name) + "\"");
                return nullptr;
            }
            if (!(this->*keyword->read)(made, member.value)) return nullptr;
        }
        return finish(made) ? &made : nullptr;
    }

    // What can only be said when all keywords of one schema are known.
    bool finish(SchemaNode& made) {
        std::sort(made.properties.begin(), made.properties.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        made.required_count = static_cast<std::size_t>(std::count_if(made.properties.begin(), made.properties.end(),
                                                                     [](const auto& p) { return p.required; }));
        for (auto* bound : {&made.minimum, &made.maximum})
            if (bound->has_value() && (*bound)->text.empty())
                return fail(bound == &made.minimum ? "expected \"minimum\" beside \"exclusiveMinimum\""
                                                   : "expected \"maximum\" beside \"exclusiveMaximum\"");
        return true;
    }

    bool annotation(SchemaNode&, const JsonValue&) { return true; }

    bool type(SchemaNode& made, const JsonValue& value) {
        made.types = 0;
        if (value.IsString()) return add_type(made, value);
        if (!value.IsArray() || value.Empty()) return fail_kind("a type name or a list of them", value);
        return std::all_of(value.Begin(), value.End(), [&](const auto& name) { return add_type(made, name); });
    }
    bool add_type(SchemaNode& made, const JsonValue& name) {
        static constexpr std::array<std::string_view, 7> kNames{"null",   "boolean", "integer", "number",
                                                                "string", "array",   "object"};
        const auto* const found =
            name.IsString() ? std::find(kNames.begin(), kNames.end(), view(name)) : kNames.end();
        if (found == kNames.end())
            return fail("expected null, boolean, integer, number, string, array or object, got " + to_json(name));
        made.types = static_cast<std::uint8_t>(made.types | (1U << static_cast<unsigned>(found - kNames.begin())));
        return true;
    }

    bool minimum(SchemaNode& made, const JsonValue& value) { return bound(made.minimum, value); }
    bool maximum(SchemaNode& made, const JsonValue& value) { return bound(made.maximum, value); }
    bool exclusive_minimum(SchemaNode& made, const JsonValue& value) { return exclusive(made.minimum, value); }
    bool exclusive_maximum(SchemaNode& made, const JsonValue& value) { return exclusive(made.maximum, value); }
    bool bound(std::optional<SchemaNode::Bound>& made, const JsonValue& value) {
        if (!value.IsNumber()) return fail_kind("a number", value);
        if (!made) made = SchemaNode::Bound{};
        made->value = value.IsInt64()    ? static_cast<long double>(value.GetInt64())
                      : value.IsUint64() ? static_cast<long double>(value.GetUint64())
                                         : static_cast<long double>(value.GetDouble());
        made->text = to_json(value);
        return true;
    }
    bool exclusive(std::optional<SchemaNode::Bound>& made, const JsonValue& value) {
        if (!value.IsBool()) return fail_kind("a boolean (as in draft 4)", value);
        if (!made) made = SchemaNode::Bound{};
        made->exclusive = value.GetBool();
        return true;
    }

    bool min_length(SchemaNode& made, const JsonValue& value) { return size(made.min_length, value); }
    bool max_length(SchemaNode& made, const JsonValue& value) { return size(made.max_length, value); }
    bool min_items(SchemaNode& made, const JsonValue& value) { return size(made.min_items, value); }
    bool max_items(SchemaNode& made, const JsonValue& value) { return size(made.max_items, value); }
    bool min_properties(SchemaNode& made, const JsonValue& value) { return size(made.min_properties, value); }
    bool max_properties(SchemaNode& made, const JsonValue& value) { return size(made.max_properties, value); }
    bool size(std::size_t& made, const JsonValue& value) {
        if (!value.IsUint64()) return fail_kind("an integer from 0", value);
        made = value.GetUint64();
        return true;
    }

    bool pattern(SchemaNode& made, const JsonValue& value) {
        if (!value.IsString()) return fail_kind("a pattern (a string)", value);
        auto compiled = Pattern::compile(view(value));
        if (!compiled) return fail(compiled.error().message);
        made.pattern = std::move(*compiled);
        return true;
    }

    SchemaNode::Property& property(SchemaNode& made, std::string_view name) {
        const auto found = std::find_if(made.properties.begin(), made.properties.end(),
                                        [&](const auto& known) { return known.name == name; });
        if (found != made.properties.end()) return *found;
        return made.properties.emplace_back(SchemaNode::Property{std::string(name), nullptr, false});
    }
    bool properties(SchemaNode& made, const JsonValue& value) {
        if (!value.IsObject()) return fail_kind("an object of schemas", value);
        for (const auto& member : value.GetObject()) {
            const At at(*this, view(member.name));
            const auto* child = node(member.value);
            if (child == nullptr) return false;
            property(made, view(member.name)).schema = child;
        }
        return true;
    }
    bool required(SchemaNode& made, const JsonValue& value) {
        if (!value.IsArray()) return fail_kind("a list of property names", value);
        for (const auto& name : value.GetArray()) {
            if (!name.IsString()) return fail_kind("a property name (a string)", name);
            auto& known = property(made, view(name));
            if (known.required) return fail("expected each name once, got \"" + known.name + "\" again");
            known.required = true;
        }
        return true;
    }
    bool pattern_properties(SchemaNode& made, const JsonValue& value) {
        if (!value.IsObject()) return fail_kind("an object of schemas", value);
        for (const auto& member : value.GetObject()) {
            const At at(*this, view(member.name));
            auto compiled = Pattern::compile(view(member.name));
            if (!compiled) return fail(compiled.error().message);
            const auto* child = node(member.value);
            if (child == nullptr) return false;
            made.pattern_properties.emplace_back(std::move(*compiled), child);
        }
        return true;
    }
    bool additional_properties(SchemaNode& made, const JsonValue& value) {
        if (value.IsBool()) {
            made.closed = !value.GetBool();
            return true;
        }
        made.additional = node(value);
        return made.additional != nullptr;
    }

    bool items(SchemaNode& made, const JsonValue& value) {
        if (value.IsArray()) return list(made.tuple, value);
        made.items = node(value);
        return made.items != nullptr;
    }
    bool unique_items(SchemaNode& made, const JsonValue& value) {
        if (!value.IsBool()) return fail_kind("a boolean", value);
        made.unique_items = value.GetBool();
        return true;
    }
    bool enumeration(SchemaNode& made, const JsonValue& value) {
        if (!value.IsArray() || value.Empty()) return fail_kind("a list of at least one value", value);
        made.enumeration = &value;
        return true;
    }

    bool all_of(SchemaNode& made, const JsonValue& value) { return list(made.all_of, value); }
    bool any_of(SchemaNode& made, const JsonValue& value) { return list(made.any_of, value); }
    bool one_of(SchemaNode& made, const JsonValue& value) { return list(made.one_of, value); }
    bool list(std::vector<const SchemaNode*>& made, const JsonValue& value) {
        if (!value.IsArray() || value.Empty()) return fail_kind("a list of at least one schema", value);
        for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
            const At at(*this, std::size_t{i});
            const auto* child = node(value[i]);
            if (child == nullptr) return false;
            made.push_back(child);
        }
        return true;
    }
    bool negation(SchemaNode& made, const JsonValue& value) {
        made.negated = node(value);
        return made.negated != nullptr;
    }

    bool reference(SchemaNode& made, const JsonValue& value) {
        static constexpr std::string_view kPrefix = "#/definitions/";
        const auto text = value.IsString() ? view(value) : std::string_view{};
        const auto name = text.substr(std::min(text.size(), kPrefix.size()));
        if (text.substr(0, kPrefix.size()) != kPrefix || name.empty() || name.find_first_of("/%~") != name.npos)
            return fail("expected \"#/definitions/<name>\", got " + to_json(value));
        made.ref_name = name;
        return true;
    }
    bool definitions(SchemaNode& made, const JsonValue& value) {
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
    bool resolve() {
        for (auto& made : out_.nodes) {
            if (made.ref_name.empty()) continue;
            const auto found = definitions_.find(made.ref_name);
            if (found == definitions_.end())
                return fail("\"$ref\": expected a name that \"definitions\" has, got \"" + made.ref_name + "\"");
            made.ref = found->second;
        }
        return true;
    }

    static const Entry* find(std::string_view name) {
        static constexpr std::array kEntries{Entry{"$ref", &Compiler::reference},
                                             Entry{"additionalProperties", &Compiler::additional_properties},
                                             Entry{"allOf", &Compiler::all_of},
                                             Entry{"anyOf", &Compiler::any_of},
                                             Entry{"default", &Compiler::annotation},
                                             Entry{"definitions", &Compiler::definitions},
                                             Entry{"description", &Compiler::annotation},
                                             Entry{"enum", &Compiler::enumeration},
                                             Entry{"examples", &Compiler::annotation},
                                             Entry{"exclusiveMaximum", &Compiler::exclusive_maximum},
                                             Entry{"exclusiveMinimum", &Compiler::exclusive_minimum},
                                             Entry{"items", &Compiler::items},
                                             Entry{"maxItems", &Compiler::max_items},
                                             Entry{"maxLength", &Compiler::max_length},
                                             Entry{"maxProperties", &Compiler::max_properties},
                                             Entry{"maximum", &Compiler::maximum},
                                             Entry{"minItems", &Compiler::min_items},
                                             Entry{"minLength", &Compiler::min_length},
                                             Entry{"minProperties", &Compiler::min_properties},
                                             Entry{"minimum", &Compiler::minimum},
                                             Entry{"not", &Compiler::negation},
                                             Entry{"oneOf", &Compiler::one_of},
                                             Entry{"pattern", &Compiler::pattern},
                                             Entry{"patternProperties", &Compiler::pattern_properties},
                                             Entry{"properties", &Compiler::properties},
                                             Entry{"required", &Compiler::required},
                                             Entry{"title", &Compiler::annotation},
                                             Entry{"type", &Compiler::type},
                                             Entry{"uniqueItems", &Compiler::unique_items}};
        const auto* const found = std::find_if(kEntries.begin(), kEntries.end(),
                                               [name](const auto& entry) { return entry.name == name; });
        return found == kEntries.end() ? nullptr : found;
    }

    bool fail(const std::string& message) {
        if (!error_)
            error_ = Error{ErrorCode::invalid_argument,
                           "schema: " + (pointer_.empty() ? std::string("top") : pointer_) + ": " + message,
                           {}};
        return false;
    }
    bool fail_kind(std::string_view expected, const JsonValue& got) {
        return fail("expected " + std::string(expected) + ", got " + std::string(kind_of(got)));
    }
    const SchemaNode* fail_node(std::string_view expected, const JsonValue& got) {
        fail_kind(expected, got);
        return nullptr;
    }

    CompiledSchema& out_;
    std::string pointer_;
    std::map<std::string, const SchemaNode*, std::less<>> definitions_;
    std::optional<Error> error_;
};

}  // namespace

Result<void> compile_schema(std::string_view text, CompiledSchema& out) {
    auto document = parse_json(text, kSchemaLimits);
    if (!document) return Error{document.error().code, "schema: " + document.error().message, {}};
    out.document = std::move(*document);
    out.text = to_json(out.document);
    Compiler compiler(out);
    if (!compiler.run()) return compiler.take_error();
    return check_references(out);
}

}  // namespace cedar::host
