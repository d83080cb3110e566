#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace cedar::host {

// What events refer to instead of carrying it (core/event_reference.hpp). Thread: any.
class EventBodies {
public:
    virtual ~EventBodies() = default;
    // The body of that hash, JSON text; null when it was never kept or is no longer.
    [[nodiscard]] virtual std::shared_ptr<const std::string> find(std::string_view sha256) const = 0;
};

}  // namespace cedar::host
