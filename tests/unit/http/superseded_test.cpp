#include "host/http/superseded.hpp"

#include "host/core/event_writer.hpp"
#include "tests/support/make_event.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using Flags = std::vector<bool>;

EventPtr said(EventType type, const std::string& component, const std::string& text = "x") {
    return EventWriter({type, 1, run_named("a"), run_named("e"), "2026-01-02T03:04:05.000006Z", 1, 7})
        .text("component", component)
        .text("text", text)
        .finish();
}
EventPtr result(const std::string& component) {
    return EventWriter({EventType::action, 1, run_named("a"), run_named("e"), "2026-01-02T03:04:05.000006Z", 1, 7})
        .text("function", "component_result")
        .text("text", component + " ok")
        .raw("call", R"({"component":")" + component + R"("})")
        .finish();
}
EventPtr progress(const std::string& component, const std::string& text = "x") {
    return said(EventType::progress, component, text);
}
EventPtr token() {
    return said(EventType::token, "aggregator");
}
EventPtr end() {
    return make_event("a", 9, 7, true);
}
Flags of(const std::vector<EventPtr>& events) {
    return superseded(events);
}

TEST(Superseded, IsProgressBeforeTheNextOfTheSameComponentOrItsResult) {
    EXPECT_EQ(of({progress("one"), progress("two"), progress("one")}), (Flags{true, false, false}));
    EXPECT_EQ(of({progress("one"), progress("two"), result("one")}), (Flags{true, false, false}));
    EXPECT_EQ(of({result("one"), progress("one")}), (Flags{false, false}));
}

TEST(Superseded, IsEveryTokenAndProgressOfARunThatHasEnded) {
    EXPECT_EQ(of({token(), progress("one"), token(), end()}), (Flags{true, true, true, false}));
    EXPECT_EQ(of({token(), token()}), (Flags{false, false}));  // the text is nowhere else yet
}

TEST(Superseded, IsNothingElse) {
    EXPECT_EQ(of({make_event("a", 1, 7), result("one"), result("one"), make_event("a", 1, 7), end()}),
              (Flags{false, false, false, false, false}));
    EXPECT_TRUE(of({}).empty());
}

TEST(Superseded, DoesNotFallForATextThatLooksLikeAnEvent) {
    const std::string lie = R"(","component":"two","function":"component_result",")";
    EXPECT_EQ(of({progress("two"), progress("one", lie)}), (Flags{false, false}));
}

}  // namespace
}  // namespace cedar::host::http
