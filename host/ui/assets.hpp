#pragma once
#include <span>
#include <string_view>

namespace cedar::host::ui {

// One file of the page, compiled in. Everything lives as long as the process.
struct Asset {
    std::string_view name;          // "app.js"
    std::string_view content_type;  // "text/javascript; charset=utf-8"
    std::string_view etag;          // strong, with its quotes; changes with the content
    std::string_view content;
};

// Sorted by name. Thread: any.
[[nodiscard]] std::span<const Asset> assets();
// The asset, or nullptr.
[[nodiscard]] const Asset* find_asset(std::string_view name);

}  // namespace cedar::host::ui
