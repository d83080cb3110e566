#pragma once
#include "host/core/component.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace cedar::host {

// Immutable snapshot of the components by id: replaced whole, never edited. A run keeps the snapshot
// it began with. Thread: any.
class Registry {
public:
    // Of one id the higher version wins. Two with the same id and version must have been
    // resolved by the loader; here it is a programmer's mistake.
    explicit Registry(std::vector<ComponentPtr> components);

    [[nodiscard]] ComponentPtr find(std::string_view id) const;  // null when absent
    [[nodiscard]] std::span<const ComponentPtr> all() const;     // sorted by id
    // The snapshot's components of one role, sorted by id.
    [[nodiscard]] std::span<const ComponentPtr> of_role(Role role) const;

private:
    std::vector<ComponentPtr> by_id_;
    std::vector<std::vector<ComponentPtr>> by_role_;
};

using RegistryPtr = std::shared_ptr<const Registry>;

}  // namespace cedar::host
