#pragma once
#include "host/ports/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::http {

// Text made safe inside an element and inside a quoted attribute.
[[nodiscard]] std::string html_escape(std::string_view text);

// The pages of host/ui with their few variable parts filled in.
// `notice`: a sentence at the top, or empty.
[[nodiscard]] std::string index_page(const std::vector<Project>& projects, std::string_view notice);
[[nodiscard]] std::string project_page(const Project& project, std::string_view notice);

// GET /api/projects: {"projects":[{"id","title","created_at"}]}.
[[nodiscard]] std::string projects_json(const std::vector<Project>& projects);

}  // namespace cedar::host::http
