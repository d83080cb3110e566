#include "host/core/schema_node.hpp"

#include <algorithm>
#include <unordered_map>

namespace cedar::host {
namespace {

constexpr unsigned kMaxChain = 32;

// The schemas that a schema applies to the same value. A way along these that comes back never ends.
std::vector<const SchemaNode*> same_value(const SchemaNode& node) {
    std::vector<const SchemaNode*> next;
    for (const auto* list : {&node.all_of, &node.any_of, &node.one_of})
        next.insert(next.end(), list->begin(), list->end());
    for (const auto* one : {node.negated, node.ref})
        if (one != nullptr) next.push_back(one);
    return next;
}

class Walk {
public:
    // Length of the longest way from `node`; 0 when there is a problem.
    unsigned chain(const SchemaNode& node, unsigned depth = 0) {
        if (const auto known = done_.find(&node); known != done_.end()) {
            if (known->second == 0 && problem_.empty())
                problem_ = "leads back to itself without a step into the value";
            return known->second;
        }
        if (depth > kMaxChain) {
            problem_ = "expected at most 32 schemas in a row for one value";
            return 0;
        }
        done_[&node] = 0;  // on the way; seen again it is a cycle
        unsigned longest = 0;
        for (const auto* next : same_value(node)) {
            const auto length = chain(*next, depth + 1);
            if (!problem_.empty()) return 0;
            longest = std::max(longest, length);
        }
        return done_[&node] = longest + 1;
    }
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    std::unordered_map<const SchemaNode*, unsigned> done_;
    std::string problem_;
};

}  // namespace

Result<void> check_references(const CompiledSchema& schema) {
    Walk walk;
    for (const auto& node : schema.nodes) {
        const auto length = walk.chain(node);
        const auto problem =
            length > kMaxChain ? "expected at most 32 schemas in a row for one value" : walk.problem();
        if (problem.empty()) continue;
        const auto where = node.ref_name.empty() ? std::string("top") : "\"$ref\" to \"" + node.ref_name + "\"";
        return Error{ErrorCode::invalid_argument, "schema: " + where + ": " + problem, {}};
    }
    return {};
}

}  // namespace cedar::host
