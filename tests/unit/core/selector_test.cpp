#include "host/core/selector.hpp"

#include "tests/support/make_component.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

ComponentPtr about(std::string id, std::string summary, Role role = Role::component) {
    return make_test_component(std::move(id), [&](Manifest& m) {
        m.summary = std::move(summary);
        m.role = role;
    });
}
template <class Change>
ComponentPtr hinted(std::string id, Change change) {
    return make_test_component(std::move(id), [&](Manifest& m) { change(m.select); });
}
ChatRequest asking(std::string content) {
    ChatRequest request;
    request.content = std::move(content);
    return request;
}

// "id: reason" of each.
std::vector<std::string> chosen(std::vector<ComponentPtr> components, const ChatRequest& request,
                                const SelectionFacts& facts = {}, SelectorLimits limits = {}) {
    const Selector selector(std::make_shared<const Registry>(std::move(components)), limits);
    const auto candidates = selector.select(request, facts);
    if (!candidates) return {candidates.error().message};
    std::vector<std::string> out;
    for (const auto& candidate : *candidates)
        out.push_back(candidate.component->manifest.id + ": " + candidate.reason);
    return out;
}

using List = std::vector<std::string>;

TEST(Selector, TakesWhatIsMarkedAlways) {
    EXPECT_EQ(chosen({hinted("a.b", [](auto& s) { s.always = true; }), about("a.c", "x")}, asking("")),
              List{"a.b: always"});
}

TEST(Selector, TakesTriggers) {
    const auto keyword = hinted("k.k", [](auto& s) { s.keywords = {"Pivot table"}; });
    const auto kind = hinted("f.f", [](auto& s) { s.file_kinds = {"tabular"}; });
    const auto field = hinted("i.i", [](auto& s) { s.fields = {"file_id"}; });
    EXPECT_EQ(chosen({keyword, kind, field}, asking("make a pivot TABLE now")), List{"k.k: keyword: Pivot table"});
    EXPECT_EQ(chosen({keyword, kind, field}, asking("pivot the table")), List{});
    EXPECT_EQ(chosen({keyword, kind, field}, asking(""), {"csv", "tabular"}), List{"f.f: file kind: tabular"});
    auto request = asking("");
    request.file_id = 1;
    EXPECT_EQ(chosen({keyword, kind, field}, request), List{"i.i: field: file_id"});
}

TEST(Selector, RanksByBm25AndSaysWhatMatched) {
    EXPECT_EQ(chosen({about("a.search", "Finds passages in documents"), about("a.figures", "table table"),
                      about("a.reader", "Reads a table of figures")},
                     asking("How do I read the tables?")),
              (List{"a.reader: matches: read, tables", "a.figures: matches: tables"}));
}

TEST(Selector, IgnoresWordsThatEveryQuestionHas) {
    EXPECT_EQ(chosen({about("a.b", "how do you do the what")}, asking("How do you do?")), List{});
}

TEST(Selector, TakesTheBestTopK) {
    EXPECT_EQ(chosen({about("a.one", "zebra and much else that is not about it"), about("a.two", "zebra")},
                     asking("zebra"), {}, {.top_k = 1, .max_candidates = 10}),
              List{"a.two: matches: zebra"});
}

TEST(Selector, NamesEachComponentOnce) {
    const auto both = make_test_component("a.zebra", [](Manifest& m) { m.select.always = true; });
    EXPECT_EQ(chosen({both}, asking("zebra")), List{"a.zebra: always"});
}

TEST(Selector, TakesAnExplicitListAsItIs) {
    auto request = asking("zebra");
    request.components = {"t.tool", "a.two", "t.tool"};
    EXPECT_EQ(chosen({about("a.one", "zebra"), about("a.two", ""), about("t.tool", "", Role::tool)}, request),
              (List{"t.tool: requested", "a.two: requested"}));
}

TEST(Selector, NeverTakesToolsOrAggregatorsByItself) {
    EXPECT_EQ(chosen({about("t.zebra", "zebra", Role::tool), about("g.zebra", "zebra", Role::aggregator)},
                     asking("zebra")),
              List{});
}

TEST(Selector, RefusesUnknownIdsAndOtherRoles) {
    auto request = asking("");
    request.components = {"no.such"};
    EXPECT_EQ(chosen({}, request), List{"components: this host has no component \"no.such\""});
    request.components = {"g.g"};
    EXPECT_EQ(chosen({about("g.g", "", Role::aggregator)}, request),
              List{"components: expected a component or tool, got the aggregator \"g.g\""});
    request.components.clear();
    request.required = {"no.such"};
    EXPECT_EQ(chosen({}, request), List{"required: this host has no component \"no.such\""});
}

TEST(Selector, AddsRequiredComponentsAndNeverDropsThem) {
    auto request = asking("");
    request.components = {"a.one", "a.two"};
    request.required = {"a.three"};
    EXPECT_EQ(chosen({about("a.one", ""), about("a.two", ""), about("a.three", "")}, request, {},
                     {.top_k = 1, .max_candidates = 2}),
              (List{"a.one: requested", "a.three: required"}));
}

}  // namespace
}  // namespace cedar::host
