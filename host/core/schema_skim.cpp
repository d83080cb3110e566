#include "host/core/plain_text.hpp"
#include "host/core/schema_node.hpp"
#include "host/core/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace cedar::host {
namespace {

constexpr unsigned kMaxDepth = 256;          // as in the validator
constexpr std::size_t kSureToFitInt64 = 18;  // digits
constexpr std::string_view kSpace = " \n\r\t";

bool has_size(std::size_t size, std::size_t least, std::size_t most) {
    return least <= size && size <= most;
}

// Goes over the text once and stops at what it is not sure of. It relies on the grammar for what a value means,
// never for where the text ends.
class Skimmer {
public:
    Skimmer(std::string_view text, std::uint64_t max_steps) : text_(text), steps_(max_steps) {}

    bool fits(const SchemaNode& root) {
        skip_space();
        return value(root);
    }

private:
    bool value(const SchemaNode& node) {
        if (steps_ == 0 || depth_ == kMaxDepth) return false;
        --steps_;
        ++depth_;
        const bool ok = node.ref != nullptr ? value(*node.ref) : node.skimmable && check(node);
        --depth_;
        return ok;
    }

    bool check(const SchemaNode& node) {
        const auto admits = [&](unsigned type) { return (node.types & type) != 0; };
        if (peek() == '"') return admits(SchemaNode::string) && string(node);
        if (node.enumeration != nullptr) return false;
        switch (peek()) {
            case '{': return admits(SchemaNode::object) && object(node);
            case '[': return admits(SchemaNode::array) && array(node);
            case 't':
            case 'f': return admits(SchemaNode::boolean) && word();
            case 'n': return admits(SchemaNode::null) && word();
            default: return number(node);
        }
    }

    bool number(const SchemaNode& node) {
        const auto raw = take_word();
        const bool whole = raw.size() <= kSureToFitInt64 && raw.find_first_of(".eE") == raw.npos;
        if (raw.empty() ||
            (node.types & (whole ? SchemaNode::integer | SchemaNode::number : SchemaNode::number)) == 0)
            return false;
        if (!node.minimum && !node.maximum) return true;
        std::int64_t got = 0;
        if (!whole || std::from_chars(raw.data(), raw.data() + raw.size(), got).ec != std::errc{}) return false;
        const auto value = static_cast<long double>(got);
        const auto above = [&](const auto& low) { return low.exclusive ? value > low.value : value >= low.value; };
        const auto below = [&](const auto& high) {
            return high.exclusive ? value < high.value : value <= high.value;
        };
        return (!node.minimum || above(*node.minimum)) && (!node.maximum || below(*node.maximum));
    }

    bool string(const SchemaNode& node) {
        std::string_view raw;
        bool escaped = false;
        if (!take_string(raw, escaped)) return false;
        const bool any_length = node.min_length == 0 && node.max_length == SchemaNode::kNoLimit;
        if (escaped) return any_length && node.enumeration == nullptr;
        if (!any_length && !has_size(utf8_length(raw), node.min_length, node.max_length)) return false;
        if (node.enumeration == nullptr) return true;
        return std::ranges::any_of(node.enumeration->GetArray(), [raw](const JsonValue& allowed) {
            return allowed.IsString() && raw == std::string_view(allowed.GetString(), allowed.GetStringLength());
        });
    }

    bool array(const SchemaNode& node) {
        const bool any_size = node.min_items == 0 && node.max_items == SchemaNode::kNoLimit;
        if (any_size && node.items == nullptr && node.tuple.empty()) return pass_over();
        ++at_;
        std::size_t count = 0;
        for (bool more = !ends(']'); more; more = next()) {
            const auto* schema = count < node.tuple.size() ? node.tuple[count] : node.items;
            if (!(schema != nullptr ? value(*schema) : skip())) return false;
            ++count;
        }
        return close(']') && has_size(count, node.min_items, node.max_items);
    }

    bool object(const SchemaNode& node) {
        const bool any_size = node.min_properties == 0 && node.max_properties == SchemaNode::kNoLimit;
        if (any_size && node.properties.empty() && !node.closed && node.additional == nullptr) return pass_over();
        ++at_;
        std::size_t count = 0, required = 0;
        for (bool more = !ends('}'); more; more = next()) {
            if (!member(node, required)) return false;
            ++count;
        }
        return close('}') && required == node.required_count &&
               has_size(count, node.min_properties, node.max_properties);
    }

    bool member(const SchemaNode& node, std::size_t& required) {
        std::string_view key;
        bool escaped = false;
        if (peek() != '"' || !take_string(key, escaped) || escaped) return false;
        skip_space();
        if (!close(':')) return false;
        skip_space();
        const auto* property = node.find(key);
        if (property != nullptr && property->required) ++required;
        if (property != nullptr && property->schema != nullptr) return value(*property->schema);
        if (node.closed) return false;
        return node.additional != nullptr ? value(*node.additional) : skip();
    }

    // A container into which its schema does not look. What is at the top need not even be passed over.
    bool pass_over() { return depth_ == 1 || skip(); }

    // Any one value.
    bool skip() {
        std::string_view raw;
        bool escaped = false;
        if (peek() == '"') return take_string(raw, escaped);
        if (peek() != '{' && peek() != '[') return word();
        std::size_t open = 0;
        do {
            const char c = peek();
            if (c == '\0') return false;
            if (c == '"') {
                if (!take_string(raw, escaped)) return false;
                continue;
            }
            if (c == '{' || c == '[') ++open;
            if (c == '}' || c == ']') --open;
            ++at_;
        } while (open > 0);
        return true;
    }

    bool take_string(std::string_view& raw, bool& escaped) {
        const auto start = ++at_;
        for (;;) {
            at_ += plain_prefix(text_.substr(std::min(at_, text_.size())));
            if (at_ >= text_.size()) return false;
            if (text_[at_] == '"') break;
            const bool escape = text_[at_] == '\\';
            escaped = escaped || escape;
            at_ += escape ? 2 : 1;
        }
        raw = text_.substr(start, at_ - start);
        ++at_;
        return true;
    }

    std::string_view take_word() {
        const auto start = at_;
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != ']' && text_[at_] != '}' && !at_space())
            ++at_;
        return text_.substr(start, at_ - start);
    }
    bool word() { return !take_word().empty(); }

    // After a value: whether another follows.
    bool next() {
        skip_space();
        if (peek() != ',') return false;
        ++at_;
        skip_space();
        return true;
    }
    bool ends(char with) {
        skip_space();
        return peek() == with;
    }
    bool close(char with) {
        if (peek() != with) return false;
        ++at_;
        return true;
    }

    // NUL stands for the end.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool at_space() const { return kSpace.find(text_[at_]) != kSpace.npos; }
    void skip_space() {
        while (at_ < text_.size() && at_space()) ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::uint64_t steps_;
    unsigned depth_ = 0;
};

}  // namespace

bool surely_fits(const SchemaNode& root, std::string_view json, std::uint64_t max_steps) {
    return Skimmer(json, max_steps).fits(root);
}

}  // namespace cedar::host
