#pragma once
#include "host/core/schema_node.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

// Reads one schema after the other; `pointer_` is where it stands, for messages. Private to core.
class SchemaCompiler {
public:
    explicit SchemaCompiler(CompiledSchema& out) : out_(out) {}

    bool run() {
        const auto* root = node(out_.document);
        return root != nullptr && resolve();
    }
    Error take_error() { return std::move(*error_); }

private:
    using Keyword = bool (SchemaCompiler::*)(SchemaNode&, const JsonValue&);
    struct Entry {
        std::string_view name;
        Keyword read;
    };

    // Appends to the pointer for as long as it lives.
    class At {
    public:
        At(SchemaCompiler& compiler, std::string_view step) : pointer_(compiler.pointer_), size_(pointer_.size()) {
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
        At(SchemaCompiler& compiler, std::size_t index) : At(compiler, std::string_view(std::to_string(index))) {}
        ~At() { pointer_.resize(size_); }
        At(const At&) = delete;
        At& operator=(const At&) = delete;

    private:
        std::string& pointer_;
        std::size_t size_;
    };

    const SchemaNode* node(const JsonValue& schema);
    // What can only be said when all keywords of one schema are known.
    bool finish(SchemaNode& made);
    bool annotation(SchemaNode&, const JsonValue&);
    bool type(SchemaNode& made, const JsonValue& value);
    bool add_type(SchemaNode& made, const JsonValue& name);
    bool minimum(SchemaNode& made, const JsonValue& value);
    bool maximum(SchemaNode& made, const JsonValue& value);
    bool exclusive_minimum(SchemaNode& made, const JsonValue& value);
    bool exclusive_maximum(SchemaNode& made, const JsonValue& value);
    bool bound(std::optional<SchemaNode::Bound>& made, const JsonValue& value);
    bool exclusive(std::optional<SchemaNode::Bound>& made, const JsonValue& value);
    bool min_length(SchemaNode& made, const JsonValue& value);
    bool max_length(SchemaNode& made, const JsonValue& value);
    bool min_items(SchemaNode& made, const JsonValue& value);
    bool max_items(SchemaNode& made, const JsonValue& value);
    bool min_properties(SchemaNode& made, const JsonValue& value);
    bool max_properties(SchemaNode& made, const JsonValue& value);
    bool size(std::size_t& made, const JsonValue& value);
    bool pattern(SchemaNode& made, const JsonValue& value);
    SchemaNode::Property& property(SchemaNode& made, std::string_view name);
    bool properties(SchemaNode& made, const JsonValue& value);
    bool required(SchemaNode& made, const JsonValue& value);
    bool pattern_properties(SchemaNode& made, const JsonValue& value);
    bool additional_properties(SchemaNode& made, const JsonValue& value);
    bool items(SchemaNode& made, const JsonValue& value);
    bool unique_items(SchemaNode& made, const JsonValue& value);
    bool enumeration(SchemaNode& made, const JsonValue& value);
    bool all_of(SchemaNode& made, const JsonValue& value);
    bool any_of(SchemaNode& made, const JsonValue& value);
    bool one_of(SchemaNode& made, const JsonValue& value);
    bool list(std::vector<const SchemaNode*>& made, const JsonValue& value);
    bool negation(SchemaNode& made, const JsonValue& value);
    bool reference(SchemaNode& made, const JsonValue& value);
    bool definitions(SchemaNode& made, const JsonValue& value);
    bool resolve();
    static const Entry* find(std::string_view name);
    bool fail(const std::string& message);
    bool fail_kind(std::string_view expected, const JsonValue& got);
    const SchemaNode* fail_node(std::string_view expected, const JsonValue& got);

    CompiledSchema& out_;
    std::string pointer_;
    std::map<std::string, const SchemaNode*, std::less<>> definitions_;
    std::optional<Error> error_;
};

}  // namespace cedar::host
