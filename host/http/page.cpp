#include "host/http/page.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"
#include "host/ui/assets.hpp"

#include <array>
#include <utility>

namespace cedar::host::http {
namespace {

using Slots = std::vector<std::pair<std::string_view, std::string>>;

// Puts the values in place of "{{name}}", in one pass: a value is never read again.
std::string fill(std::string_view page, const Slots& slots) {
    std::string out;
    for (;;) {
        const auto open = page.find("{{");
        out += page.substr(0, open);
        if (open == std::string_view::npos) return out;
        const auto close = page.find("}}", open);
        CEDAR_CHECK(close != std::string_view::npos);
        const auto name = page.substr(open + 2, close - open - 2);
        bool known = false;
        for (const auto& [key, value] : slots)
            if (key == name) {
                out += value;
                known = true;
            }
        CEDAR_CHECK(known);
        page.remove_prefix(close + 2);
    }
}

std::string_view page_asset(std::string_view name) {
    const auto* asset = ui::find_asset(name);
    CEDAR_CHECK(asset != nullptr);
    return asset->content;
}

std::string project_row(const Project& project) {
    const auto id = std::to_string(project.id);
    return "<li><a href=\"/project/" + id + "\"><span class=\"project-title\">" + html_escape(project.title) +
           "</span><time datetime=\"" + html_escape(project.created_at) + "Z\">" + html_escape(project.created_at) +
           " UTC</time></a></li>\n";
}

std::string notice_block(std::string_view notice) {
    return notice.empty() ? "" : "<p class=\"notice\" role=\"note\">" + html_escape(notice) + "</p>\n";
}

}  // namespace

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string index_page(const std::vector<Project>& projects, std::string_view notice, bool logged_in) {
    std::string rows;
    for (const auto& project : projects) rows += project_row(project);
    const std::string state = projects.empty() ? "empty" : "filled";
    return fill(page_asset("index.html"), {{"projects", rows},
                                           {"state", state},
                                           {"notice", notice_block(notice)},
                                           {"logout", logged_in ? "" : "hidden"}});
}

std::string project_page(const Project& project, std::string_view notice) {
    return fill(page_asset("project.html"), {{"id", std::to_string(project.id)},
                                             {"title", html_escape(project.title)},
                                             {"notice", notice_block(notice)}});
}

std::string login_page(std::string_view next, bool refused) {
    return fill(page_asset("login.html"), {{"next", html_escape(next)}, {"refusal", refused ? "" : "hidden"}});
}

std::string projects_json(const std::vector<Project>& projects) {
    std::string out = R"({"projects":[)";
    for (const auto& project : projects) {
        if (out.back() == '}') out += ',';
        out += R"({"id":)" + std::to_string(project.id) + R"(,"title":)";
        append_json_string(out, project.title);
        out += R"(,"created_at":)";
        append_json_string(out, project.created_at);
        out += '}';
    }
    return out + "]}";
}

}  // namespace cedar::host::http
