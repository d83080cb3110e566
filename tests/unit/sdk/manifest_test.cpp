#include "sample_plugin.hpp"

#include <cedar/testing.hpp>

#include <gtest/gtest.h>

namespace {

using cedar::detail::is_id;
using cedar::detail::is_version;

static_assert(is_id("a.b") && is_id("acme.text_2.x"));
static_assert(!is_id("") && !is_id("a") && !is_id("a.") && !is_id(".a") && !is_id("a..b") && !is_id("A.b"));
static_assert(!is_id("a b.c") && !is_id("a.b-c"));
static_assert(is_version("1.0.0") && is_version("0.12.3-rc.1") && is_version("1.2.3+build"));
static_assert(!is_version("1.0") && !is_version("01.0.0") && !is_version("1.0.0.0") && !is_version("a.b.c"));
static_assert(!is_version("") && !is_version("1..0"));

constexpr bool json(std::string_view text) {
    return cedar::detail::JsonText(text).valid();
}
static_assert(json("{}") && json("[]") && json(" null ") && json(R"({"a":[1,-2.5e+3,true,"\u00dfx\n"],"b":{}})"));
static_assert(!json("") && !json("{") && !json("{} {}") && !json("{\"a\"}") && !json("[1,]") && !json("'a'"));
static_assert(!json("\"\\x\"") && !json("\"a\nb\"") && !json("01") && !json("-") && !json("1.") && !json("nul"));

TEST(Manifest, SaysWhatTheComponentSays) {
    const auto text = cedar::detail::text(cedar_plugin_manifest);
    const std::string echo =
        R"({"manifest":1,"abi":"1.0","components":[{"id":"sample.echo","version":"1.2.3-rc.1","role":"tool",)"
        R"("summary":"Echoes \"it\".","tags":["a","b"],)"
        R"("examples":[{"input":{"text":"x"},"output":{"text":"x"}},{"input":{"text":"y"}}],)"
        R"("input":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]},)"
        R"("output":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]},)"
        R"("prompts":["p"],"execution":"blocking","concurrency":4,"stack_kib":512,"timeout_ms":1000,"repairs":2,)"
        R"("deterministic":true,)"
        R"("select":{"always":true,"keywords":["k"],"file_kinds":["csv"],"fields":["file_id"]}},)";
    EXPECT_EQ(text.substr(0, echo.size()), echo);
}

TEST(Manifest, LeavesDefaultsOut) {
    const auto text = cedar::detail::text(cedar_plugin_manifest);
    EXPECT_NE(text.find(R"({"id":"sample.nothing_in","version":"1.0.0","summary":"No input.",)"
                        R"("input":{"type":"object"},"output":{"type":"object","properties":{"number":)"
                        R"({"type":"integer"}},"required":["number"]}},)"),
              std::string_view::npos);
}

TEST(Manifest, AClassWhoseFunctionIsNotConstRunsOneAtATime) {
    const auto text = cedar::detail::text(cedar_plugin_manifest);
    const auto counter = text.substr(text.find("sample.counter"));
    EXPECT_NE(counter.find(R"("concurrency":1)"), std::string_view::npos);
    EXPECT_NE(counter.find(R"("config":{"type":"object","properties":{"start":{"type":"integer","minimum":0},)"
                           R"("name":{"type":["string","null"]}}})"),
              std::string_view::npos);
}

TEST(Manifest, IsJson) {
    EXPECT_TRUE(json(cedar::detail::text(cedar_plugin_manifest)));
}

}  // namespace
