#include "host/http/page.hpp"

#include "host/core/json.hpp"
#include "host/ui/assets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string hostile = R"(<script>alert("1")</script>{{id}}'&)";

TEST(Page, EscapesTextAndReadsNoValueAgain) {
    const auto page = project_page({7, hostile, "2026-01-02 03:04:05"}, "");
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;{{id}}&#39;&amp;"));
    EXPECT_THAT(page, HasSubstr("data-project=\"7\""));
}

TEST(Page, OfTheStartSaysWhenThereIsNoProject) {
    EXPECT_THAT(index_page({}, ""), HasSubstr("class=\"empty-note empty\""));
    EXPECT_THAT(index_page({{7, "T", ""}}, ""), HasSubstr("class=\"empty-note filled\""));
}

TEST(Page, HasNoInlineScriptOrStyleForThePolicyForbidsThem) {
    for (const auto& asset : ui::assets()) {
        if (!asset.name.ends_with(".html")) continue;
        const std::string text(asset.content);
        EXPECT_THAT(text, Not(HasSubstr("<style"))) << asset.name;
        EXPECT_THAT(text, Not(HasSubstr("style="))) << asset.name;
        EXPECT_THAT(text, Not(HasSubstr("onclick"))) << asset.name;
        for (auto at = text.find("<script"); at != std::string::npos; at = text.find("<script", at + 1))
            EXPECT_EQ(text.substr(at, 43), "<script type=\"module\" src=\"/ui/chat.js\"></s") << asset.name;
    }
}

TEST(Page, NeverParsesTextAsMarkup) {
    for (const auto& asset : ui::assets())
        for (const char* danger : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("})
            EXPECT_THAT(std::string(asset.content), Not(HasSubstr(danger))) << asset.name;
}

TEST(Assets, AreSortedTypedAndTagged) {
    const auto all = ui::assets();
    EXPECT_TRUE(
        std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
    std::set<std::string_view> tags;
    for (const auto& asset : all) {
        EXPECT_EQ(ui::find_asset(asset.name), &asset);
        EXPECT_FALSE(asset.content.empty()) << asset.name;
        EXPECT_EQ(asset.etag.size(), 34U);
        EXPECT_TRUE(tags.insert(asset.etag).second) << asset.name;
    }
    EXPECT_EQ(ui::find_asset("nothing"), nullptr);
}

TEST(ProjectsJson, IsAListOfObjects) {
    EXPECT_EQ(projects_json({}), R"({"projects":[]})");
    const auto text = projects_json({{1, hostile, "a"}, {2, "b", "c"}});
    const auto document = parse_json(text);
    ASSERT_TRUE(document) << text;
    const auto& rows = *find_member(*document, "projects");
    ASSERT_EQ(rows.Size(), 2U);
    EXPECT_EQ(string_member(rows[0], "title"), hostile);
}

}  // namespace
}  // namespace cedar::host::http
