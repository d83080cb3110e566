#pragma once
#include "host/core/chat_request.hpp"
#include "host/core/registry.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace cedar::host {

struct Candidate {
    ComponentPtr component;
    std::string reason;  // for people: "always", "keyword: table", "requested", "matches: write, component"
};

struct SelectorLimits {
    std::size_t top_k = 16;             // of those that BM25 finds
    std::size_t max_candidates = 1000;  // in all; what is beyond is dropped, lowest rank first
};

// What the selector knows of the request beyond the request itself.
struct SelectionFacts {
    std::string file_type;       // of the focused file, or empty
    std::string file_structure;  // "images", "sources", "code", "tabular", or empty
};

// Request + registry -> candidates, each once, with the reason it was chosen. An explicit `components` list is
// taken as it is, in its order; otherwise: always, triggers (keywords, file kinds, request fields), then the
// top_k of BM25 over id, summary, tags and examples. Aggregators and selectors are never candidates; tools only
// when listed explicitly.
// An id of an explicit or `required` list that the registry lacks is Error not_found naming it.
// BM25 with k1 = 1.2, b = 0.75; the index is made once per registry snapshot. Source: Robertson & Zaragoza 2009.
// Immutable. Thread: any.
class Selector {
public:
    Selector(RegistryPtr registry, SelectorLimits limits);
    ~Selector();
    Selector(const Selector&) = delete;
    Selector& operator=(const Selector&) = delete;

    [[nodiscard]] Result<std::vector<Candidate>> select(const ChatRequest& request,
                                                        const SelectionFacts& facts) const;
    [[nodiscard]] const RegistryPtr& registry() const { return registry_; }
    [[nodiscard]] const SelectorLimits& limits() const { return limits_; }

private:
    struct Index;
    RegistryPtr registry_;
    SelectorLimits limits_;
    std::unique_ptr<const Index> index_;
};

}  // namespace cedar::host
