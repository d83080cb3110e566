// What each keyword means, once the gate has let it pass.
#include "host/core/schema_compiler.hpp"

#include <algorithm>
#include <array>

namespace cedar::host {
namespace {

std::string_view view(const JsonValue& text) {
    return {text.GetString(), text.GetStringLength()};
}

}  // namespace

bool SchemaCompiler::annotation(SchemaNode&, const JsonValue&) {
    return true;
}

bool SchemaCompiler::type(SchemaNode& made, const JsonValue& value) {
    made.types = 0;
    if (value.IsString()) return add_type(made, value);
    if (!value.IsArray() || value.Empty()) return fail_kind("a type name or a list of them", value);
    return std::all_of(value.Begin(), value.End(), [&](const auto& name) { return add_type(made, name); });
}

bool SchemaCompiler::add_type(SchemaNode& made, const JsonValue& name) {
    static constexpr std::array<std::string_view, 7> kNames{"null",   "boolean", "integer", "number",
                                                            "string", "array",   "object"};
    const auto* const found = name.IsString() ? std::find(kNames.begin(), kNames.end(), view(name)) : kNames.end();
    if (found == kNames.end())
        return fail("expected null, boolean, integer, number, string, array or object, got " + to_json(name));
    made.types = static_cast<std::uint8_t>(made.types | (1U << static_cast<unsigned>(found - kNames.begin())));
    return true;
}

bool SchemaCompiler::minimum(SchemaNode& made, const JsonValue& value) {
    return bound(made.minimum, value);
}

bool SchemaCompiler::maximum(SchemaNode& made, const JsonValue& value) {
    return bound(made.maximum, value);
}

bool SchemaCompiler::exclusive_minimum(SchemaNode& made, const JsonValue& value) {
    return exclusive(made.minimum, value);
}

bool SchemaCompiler::exclusive_maximum(SchemaNode& made, const JsonValue& value) {
    return exclusive(made.maximum, value);
}

bool SchemaCompiler::bound(std::optional<SchemaNode::Bound>& made, const JsonValue& value) {
    if (!value.IsNumber()) return fail_kind("a number", value);
    if (!made) made = SchemaNode::Bound{};
    made->value = value.IsInt64()    ? static_cast<long double>(value.GetInt64())
                  : value.IsUint64() ? static_cast<long double>(value.GetUint64())
                                     : static_cast<long double>(value.GetDouble());
    made->text = to_json(value);
    return true;
}

bool SchemaCompiler::exclusive(std::optional<SchemaNode::Bound>& made, const JsonValue& value) {
    if (!value.IsBool()) return fail_kind("a boolean (as in draft 4)", value);
    if (!made) made = SchemaNode::Bound{};
    made->exclusive = value.GetBool();
    return true;
}

bool SchemaCompiler::min_length(SchemaNode& made, const JsonValue& value) {
    return size(made.min_length, value);
}

bool SchemaCompiler::max_length(SchemaNode& made, const JsonValue& value) {
    return size(made.max_length, value);
}

bool SchemaCompiler::min_items(SchemaNode& made, const JsonValue& value) {
    return size(made.min_items, value);
}

bool SchemaCompiler::max_items(SchemaNode& made, const JsonValue& value) {
    return size(made.max_items, value);
}

bool SchemaCompiler::min_properties(SchemaNode& made, const JsonValue& value) {
    return size(made.min_properties, value);
}

bool SchemaCompiler::max_properties(SchemaNode& made, const JsonValue& value) {
    return size(made.max_properties, value);
}

bool SchemaCompiler::size(std::size_t& made, const JsonValue& value) {
    if (!value.IsUint64()) return fail_kind("an integer from 0", value);
    made = value.GetUint64();
    return true;
}

bool SchemaCompiler::pattern(SchemaNode& made, const JsonValue& value) {
    if (!value.IsString()) return fail_kind("a pattern (a string)", value);
    auto compiled = Pattern::compile(view(value));
    if (!compiled) return fail(compiled.error().message);
    made.pattern = std::move(*compiled);
    return true;
}

SchemaNode::Property& SchemaCompiler::property(SchemaNode& made, std::string_view name) {
    const auto found = std::find_if(made.properties.begin(), made.properties.end(),
                                    [&](const auto& known) { return known.name == name; });
    if (found != made.properties.end()) return *found;
    return made.properties.emplace_back(SchemaNode::Property{std::string(name), nullptr, false});
}

bool SchemaCompiler::properties(SchemaNode& made, const JsonValue& value) {
    if (!value.IsObject()) return fail_kind("an object of schemas", value);
    for (const auto& member : value.GetObject()) {
        const At at(*this, view(member.name));
        const auto* child = node(member.value);
        if (child == nullptr) return false;
        property(made, view(member.name)).schema = child;
    }
    return true;
}

bool SchemaCompiler::required(SchemaNode& made, const JsonValue& value) {
    if (!value.IsArray()) return fail_kind("a list of property names", value);
    for (const auto& name : value.GetArray()) {
        if (!name.IsString()) return fail_kind("a property name (a string)", name);
        auto& known = property(made, view(name));
        if (known.required) return fail("expected each name once, got \"" + known.name + "\" again");
        known.required = true;
    }
    return true;
}

bool SchemaCompiler::pattern_properties(SchemaNode& made, const JsonValue& value) {
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

bool SchemaCompiler::additional_properties(SchemaNode& made, const JsonValue& value) {
    if (value.IsBool()) {
        made.closed = !value.GetBool();
        return true;
    }
    made.additional = node(value);
    return made.additional != nullptr;
}

bool SchemaCompiler::items(SchemaNode& made, const JsonValue& value) {
    if (value.IsArray()) return list(made.tuple, value);
    made.items = node(value);
    return made.items != nullptr;
}

bool SchemaCompiler::unique_items(SchemaNode& made, const JsonValue& value) {
    if (!value.IsBool()) return fail_kind("a boolean", value);
    made.unique_items = value.GetBool();
    return true;
}

bool SchemaCompiler::enumeration(SchemaNode& made, const JsonValue& value) {
    if (!value.IsArray() || value.Empty()) return fail_kind("a list of at least one value", value);
    made.enumeration = &value;
    return true;
}

bool SchemaCompiler::all_of(SchemaNode& made, const JsonValue& value) {
    return list(made.all_of, value);
}

bool SchemaCompiler::any_of(SchemaNode& made, const JsonValue& value) {
    return list(made.any_of, value);
}

bool SchemaCompiler::one_of(SchemaNode& made, const JsonValue& value) {
    return list(made.one_of, value);
}

bool SchemaCompiler::list(std::vector<const SchemaNode*>& made, const JsonValue& value) {
    if (!value.IsArray() || value.Empty()) return fail_kind("a list of at least one schema", value);
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
        const At at(*this, std::size_t{i});
        const auto* child = node(value[i]);
        if (child == nullptr) return false;
        made.push_back(child);
    }
    return true;
}

bool SchemaCompiler::negation(SchemaNode& made, const JsonValue& value) {
    made.negated = node(value);
    return made.negated != nullptr;
}

}  // namespace cedar::host
