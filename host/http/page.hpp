#pragma once
#include "host/ports/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::http {

// Text made safe inside an element and inside a quoted attribute.
[[nodiscard]] std::string html_escape(std::string_view text);

// The pages of host/ui with their few variable parts filled in.
// `notice`: a sentence at the top, or empty. `logged_in`: shows a way out.
[[nodiscard]] std::string index_page(const std::vector<Project>& projects, std::string_view notice,
                                     bool logged_in = false);
[[nodiscard]] std::string project_page(const Project& project, std::string_view notice);
// Asks for the token; a login leads to `next`. `refused`: the token before was wrong.
[[nodiscard]] std::string login_page(std::string_view next, bool refused);

// GET /api/projects: {"projects":[{"id","title","created_at"}]}.
[[nodiscard]] std::string projects_json(const std::vector<Project>& projects);

}  // namespace cedar::host::http
