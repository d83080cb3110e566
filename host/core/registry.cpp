#include "host/core/registry.hpp"

#include "host/core/check.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

constexpr std::size_t kRoles = 4;

bool before(const ComponentPtr& a, const ComponentPtr& b) {
    if (a->manifest.id != b->manifest.id) return a->manifest.id < b->manifest.id;
    return a->manifest.version > b->manifest.version;
}

}  // namespace

Registry::Registry(std::vector<ComponentPtr> components) : by_id_(std::move(components)), by_role_(kRoles) {
    std::sort(by_id_.begin(), by_id_.end(), before);
    const auto end = std::unique(by_id_.begin(), by_id_.end(), [](const auto& kept, const auto& next) {
        if (kept->manifest.id != next->manifest.id) return false;
        CEDAR_CHECK((kept->manifest.version <=> next->manifest.version) != 0);
        return true;
    });
    by_id_.erase(end, by_id_.end());
    for (const auto& component : by_id_)
        by_role_[static_cast<std::size_t>(component->manifest.role)].push_back(component);
}

ComponentPtr Registry::find(std::string_view id) const {
    const auto found = std::lower_bound(by_id_.begin(), by_id_.end(), id, [](const auto& component, auto wanted) {
        return component->manifest.id < wanted;
    });
    return found != by_id_.end() && (*found)->manifest.id == id ? *found : nullptr;
}

std::span<const ComponentPtr> Registry::all() const {
    return by_id_;
}

std::span<const ComponentPtr> Registry::of_role(Role role) const {
    return by_role_[static_cast<std::size_t>(role)];
}

}  // namespace cedar::host
