#include "host/core/schema_node.hpp"
#include "host/core/utf8.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

// A schema is foreign text: what it can make us do for one value is bounded.
constexpr unsigned kMaxDepth = 256;    // schemas inside each other, each a frame on the stack
constexpr std::size_t kFewItems = 16;  // up to here each is compared with each

std::string_view view(const JsonValue& text) {
    return {text.GetString(), text.GetStringLength()};
}

std::uint8_t type_of(const JsonValue& value) {
    switch (value.GetType()) {
        case rapidjson::kNullType: return SchemaNode::null;
        case rapidjson::kFalseType:
        case rapidjson::kTrueType: return SchemaNode::boolean;
        case rapidjson::kObjectType: return SchemaNode::object;
        case rapidjson::kArrayType: return SchemaNode::array;
        case rapidjson::kStringType: return SchemaNode::string;
        case rapidjson::kNumberType: break;
    }
    return value.IsInt64() || value.IsUint64() ? SchemaNode::integer | SchemaNode::number : SchemaNode::number;
}

std::string type_names(std::uint8_t types) {
    static constexpr std::string_view kNames[] = {"null",   "boolean", "integer", "number",
                                                  "string", "array",   "object"};
    std::string out;
    for (unsigned i = 0; i < 7; ++i) {
        if ((types & (1U << i)) == 0) continue;
        if (!out.empty()) out += " or ";
        out += kNames[i];
    }
    return out;
}

// What came, short enough for a sentence.
std::string shown(const JsonValue& value) {
    if (value.IsObject()) return "an object of " + std::to_string(value.MemberCount()) + " members";
    if (value.IsArray()) return "an array of " + std::to_string(value.Size()) + " items";
    if (!value.IsString()) return to_json(value);
    const auto text = view(value);
    const auto start = utf8_prefix(text, 40);
    return "string " + json_string(start) + (start.size() < text.size() ? " …" : "");
}

long double number_of(const JsonValue& value) {
    if (value.IsInt64()) return static_cast<long double>(value.GetInt64());
    if (value.IsUint64()) return static_cast<long double>(value.GetUint64());
    return static_cast<long double>(value.GetDouble());
}

// One validation. `quiet` branches (anyOf, oneOf, not) build no message.
class Validator {
public:
    explicit Validator(std::uint64_t max_steps) : steps_(max_steps) {}

    Result<void> run(const SchemaNode& root, const JsonValue& value) {
        if (apply(root, value) && !exhausted_) return {};
        if (exhausted_)
            return Error{
                ErrorCode::limit, "validation: the schema asks for more work or depth than is allowed", {}};
        return Error{
            ErrorCode::invalid_argument,
            "expected " + expected_ + " at " + (pointer_.empty() ? std::string("top") : pointer_) + ", got " + got_,
            {}};
    }

private:
    bool apply(const SchemaNode& node, const JsonValue& value) {
        if (depth_ == kMaxDepth || !step()) return exhausted();
        ++depth_;
        const bool ok = node.ref != nullptr ? apply(*node.ref, value) : check(node, value);
        --depth_;
        return ok;
    }

    bool check(const SchemaNode& node, const JsonValue& value) {
        const auto type = type_of(value);
        if ((node.types & type) == 0) return fail(value, [&] { return "type " + type_names(node.types); });
        bool ok = true;
        if ((type & SchemaNode::number) != 0)
            ok = number(node, value);
        else if (type == SchemaNode::string)
            ok = string(node, value);
        else if (type == SchemaNode::array)
            ok = array(node, value);
        else if (type == SchemaNode::object)
            ok = object(node, value);
        return ok && (node.enumeration == nullptr || one_of_values(node, value)) && combine(node, value);
    }

    bool number(const SchemaNode& node, const JsonValue& value) {
        if (!node.minimum && !node.maximum) return true;
        const auto number = number_of(value);
        if (node.minimum) {
            const auto& bound = *node.minimum;
            if (bound.exclusive ? number <= bound.value : number < bound.value)
                return fail(value, [&] { return (bound.exclusive ? "minimum above " : "minimum ") + bound.text; });
        }
        if (node.maximum) {
            const auto& bound = *node.maximum;
            if (bound.exclusive ? number >= bound.value : number > bound.value)
                return fail(value, [&] { return (bound.exclusive ? "maximum below " : "maximum ") + bound.text; });
        }
        return true;
    }

    bool string(const SchemaNode& node, const JsonValue& value) {
        if (node.min_length > 0 || node.max_length != SchemaNode::kNoLimit) {
            const auto length = utf8_length(view(value));
            if (length < node.min_length) return fail_size(value, "minLength ", node.min_length);
            if (length > node.max_length) return fail_size(value, "maxLength ", node.max_length);
        }
        if (node.pattern && !matches(*node.pattern, view(value)))
            return fail(value, [&] { return "pattern " + node.pattern->text(); });
        return true;
    }

    bool array(const SchemaNode& node, const JsonValue& value) {
        if (value.Size() < node.min_items) return fail_size(value, "minItems ", node.min_items);
        if (value.Size() > node.max_items) return fail_size(value, "maxItems ", node.max_items);
        for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
            const auto* schema = i < node.tuple.size() ? node.tuple[i] : node.items;
            if (schema != nullptr && !apply(*schema, value[i])) return below(std::to_string(i));
        }
        return !node.unique_items || unique(value);
    }

    bool object(const SchemaNode& node, const JsonValue& value) {
        if (value.MemberCount() < node.min_properties)
            return fail_size(value, "minProperties ", node.min_properties);
        if (value.MemberCount() > node.max_properties)
            return fail_size(value, "maxProperties ", node.max_properties);
        std::size_t required = 0;
        for (const auto& member : value.GetObject()) {
            const auto* property = node.find(view(member.name));
            if (property != nullptr && property->required) ++required;
            if (!this->member(node, property, member)) return below(view(member.name));
        }
        return required == node.required_count || fail_required(node, value);
    }

    bool member(const SchemaNode& node, const SchemaNode::Property* property, const JsonValue::Member& member) {
        bool known = property != nullptr && property->schema != nullptr;
        if (known && !apply(*property->schema, member.value)) return false;
        for (const auto& [pattern, schema] : node.pattern_properties) {
            if (!matches(pattern, view(member.name))) continue;
            known = true;
            if (!apply(*schema, member.value)) return false;
        }
        if (known) return true;
        if (node.closed) return fail(member.value, [] { return "no such property (additionalProperties false)"; });
        return node.additional == nullptr || apply(*node.additional, member.value);
    }

    bool fail_required(const SchemaNode& node, const JsonValue& value) {
        return fail(value, [&] {
            for (const auto& property : node.properties)
                if (property.required && find_member(value, property.name) == nullptr)
                    return "required property \"" + property.name + "\"";
            return std::string("required properties");
        });
    }

    bool one_of_values(const SchemaNode& node, const JsonValue& value) {
        for (const auto& allowed : node.enumeration->GetArray())
            if (step() && json_equal(allowed, value)) return true;
        return fail(value, [&] { return "enum " + to_json(*node.enumeration); });
    }

    bool combine(const SchemaNode& node, const JsonValue& value) {
        if (!std::all_of(node.all_of.begin(), node.all_of.end(),
                         [&](const auto* one) { return apply(*one, value); }))
            return false;
        if (!node.any_of.empty() && count(node.any_of, value, 1) == 0)
            return fail(value, [&] { return "anyOf (one of " + std::to_string(node.any_of.size()) + " schemas)"; });
        if (!node.one_of.empty() && count(node.one_of, value, 2) != 1)
            return fail(
                value, [&] { return "oneOf (exactly one of " + std::to_string(node.one_of.size()) + " schemas)"; });
        if (node.negated != nullptr && tried(*node.negated, value)) return fail(value, [] { return "not"; });
        return true;
    }

    // How many of the schemas fit, counted up to `enough`.
    std::size_t count(const std::vector<const SchemaNode*>& schemas, const JsonValue& value, std::size_t enough) {
        std::size_t fit = 0;
        for (const auto* schema : schemas) {
            if (tried(*schema, value)) ++fit;
            if (fit == enough || exhausted_) break;
        }
        return fit;
    }
    bool tried(const SchemaNode& node, const JsonValue& value) {
        ++quiet_;
        const bool ok = apply(node, value);
        --quiet_;
        return ok;
    }

    bool unique(const JsonValue& value) {
        std::vector<std::pair<std::uint64_t, const JsonValue*>> items;
        items.reserve(value.Size());
        const bool few = value.Size() <= kFewItems;
        for (const auto& item : value.GetArray()) items.emplace_back(few ? 0 : json_hash(item), &item);
        if (!few) std::sort(items.begin(), items.end());
        for (std::size_t i = 0; i < items.size(); ++i)
            for (auto j = i + 1; j < items.size() && items[j].first == items[i].first; ++j) {
                if (!step()) return exhausted();
                if (json_equal(*items[i].second, *items[j].second))
                    return fail(value,
                                [&] { return "uniqueItems (" + shown(*items[i].second) + " is there twice)"; });
            }
        return true;
    }

    bool matches(const Pattern& pattern, std::string_view text) {
        const bool found = pattern.search(text, steps_);
        if (steps_ == 0) exhausted();
        return found;
    }

    bool step() {
        if (steps_ == 0) return exhausted();
        --steps_;
        return true;
    }
    bool exhausted() {
        exhausted_ = true;
        return false;
    }

    template <class Expected>
    bool fail(const JsonValue& got, Expected expected) {
        if (quiet_ > 0 || exhausted_) return false;
        expected_ = expected();
        got_ = shown(got);
        return false;
    }
    bool fail_size(const JsonValue& got, std::string_view keyword, std::size_t bound) {
        return fail(got, [&] { return std::string(keyword) + std::to_string(bound); });
    }
    // The failure is inside the member `step`; the pointer grows from its end.
    bool below(std::string_view step) {
        if (quiet_ > 0 || exhausted_) return false;
        std::string escaped = "/";
        for (const char c : utf8_prefix(step, 64)) {
            if (c == '~')
                escaped += "~0";
            else if (c == '/')
                escaped += "~1";
            else
                escaped.push_back(c);
        }
        pointer_.insert(0, escaped);
        return false;
    }

    std::uint64_t steps_;  // left: schemas applied, characters matched, values compared
    unsigned depth_ = 0, quiet_ = 0;
    bool exhausted_ = false;
    std::string expected_, got_, pointer_;
};

}  // namespace

const SchemaNode::Property* SchemaNode::find(std::string_view name) const {
    const auto found = std::lower_bound(properties.begin(), properties.end(), name,
                                        [](const auto& property, auto wanted) { return property.name < wanted; });
    return found != properties.end() && found->name == name ? &*found : nullptr;
}

Result<void> validate_value(const SchemaNode& root, const JsonValue& value, std::uint64_t max_steps) {
    return Validator(max_steps).run(root, value);
}

}  // namespace cedar::host
