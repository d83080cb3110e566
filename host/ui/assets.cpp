#include "host/ui/assets.hpp"

#include <algorithm>

namespace cedar::host::ui {

const Asset* find_asset(std::string_view name) {
    const auto all = assets();
    const auto found = std::lower_bound(all.begin(), all.end(), name,
                                        [](const Asset& asset, std::string_view key) { return asset.name < key; });
    return found != all.end() && found->name == name ? &*found : nullptr;
}

}  // namespace cedar::host::ui
