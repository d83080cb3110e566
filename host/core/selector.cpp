#include "host/core/selector.hpp"

#include "host/core/selector_index.hpp"
#include "host/core/words.hpp"

#include <algorithm>
#include <unordered_set>

namespace cedar::host {
namespace {

constexpr std::size_t kMaxQueryWords = 256;  // of a long request, the beginning decides
constexpr std::size_t kReasonWords = 5;

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

bool has_field(const ChatRequest& request, std::string_view field) {
    if (field == "content") return !request.content.empty();
    if (field == "branch_id") return request.branch_id.has_value();
    if (field == "thread_id") return request.thread_id.has_value();
    if (field == "file_id") return request.file_id.has_value();
    if (field == "dataset_id") return request.dataset_id.has_value();
    return field == "replay_messages" && !request.replay_messages.empty();
}

// What triggers the component, for people; empty: nothing.
std::string trigger(const SelectionHints& hints, const ChatRequest& request, const SelectionFacts& facts,
                    const std::vector<std::string>& words) {
    for (const auto& keyword : hints.keywords) {
        const auto wanted = words_of(keyword);
        if (wanted.empty()) continue;
        if (std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end())
            return "keyword: " + keyword;
    }
    for (const auto& kind : hints.file_kinds)
        if (!kind.empty() && (kind == facts.file_type || kind == facts.file_structure)) return "file kind: " + kind;
    for (const auto& field : hints.fields)
        if (has_field(request, field)) return "field: " + field;
    return {};
}

// Candidates in order, each component once.
class Chosen {
public:
    explicit Chosen(const std::vector<std::string>& required) : required_(required) {}

    void add(const ComponentPtr& component, std::string reason) {
        if (ids_.insert(component->manifest.id).second) list_.push_back({component, std::move(reason)});
    }
    // Drops from the end what is not required.
    std::vector<Candidate> take(std::size_t max) {
        for (auto i = list_.size(); i > 0 && list_.size() > max; --i)
            if (!contains(required_, list_[i - 1].component->manifest.id))
                list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(i - 1));
        return std::move(list_);
    }

private:
    const std::vector<std::string>& required_;
    std::unordered_set<std::string_view> ids_;  // of the components, which the registry keeps
    std::vector<Candidate> list_;
};

Result<ComponentPtr> askable(const Registry& registry, std::string_view field, const std::string& id) {
    auto component = registry.find(id);
    if (component == nullptr)
        return Error{ErrorCode::not_found, std::string(field) + ": this host has no component \"" + id + "\"", {}};
    const auto role = component->manifest.role;
    if (role == Role::component || role == Role::tool) return component;
    return Error{ErrorCode::invalid_argument,
                 std::string(field) + ": expected a component or tool, got the " + std::string(to_string(role)) +
                     " \"" + id + "\"",
                 {}};
}

std::string matches(const std::vector<std::string>& words) {
    std::string reason = "matches: ";
    for (std::size_t i = 0; i < words.size() && i < kReasonWords; ++i) reason += (i == 0 ? "" : ", ") + words[i];
    return reason + (words.size() > kReasonWords ? ", …" : "");
}

}  // namespace

Selector::Selector(RegistryPtr registry, SelectorLimits limits)
    : registry_(std::move(registry)),
      limits_(limits),
      index_(std::make_unique<const Index>(registry_->of_role(Role::component))) {}

Selector::~Selector() = default;

Result<std::vector<Candidate>> Selector::select(const ChatRequest& request, const SelectionFacts& facts) const {
    Chosen chosen(request.required);
    for (const auto& id : request.components) {
        const auto component = askable(*registry_, "components", id);
        if (!component) return component.error();
        chosen.add(*component, "requested");
    }
    if (request.components.empty()) {
        const auto components = registry_->of_role(Role::component);
        auto words = words_of(request.content);
        if (words.size() > kMaxQueryWords) words.resize(kMaxQueryWords);
        for (const auto& component : components)
            if (component->manifest.select.always) chosen.add(component, "always");
        for (const auto& component : components)
            if (auto reason = trigger(component->manifest.select, request, facts, words); !reason.empty())
                chosen.add(component, std::move(reason));
        for (const auto& hit : index_->search(words, limits_.top_k))
            chosen.add(components[hit.component], matches(hit.matched));
    }
    for (const auto& id : request.required) {
        const auto component = askable(*registry_, "required", id);
        if (!component) return component.error();
        chosen.add(*component, "required");
    }
    return chosen.take(limits_.max_candidates);
}

}  // namespace cedar::host
