#include "host/core/manifest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace cedar::host {
namespace {

std::string plugin(const std::string& component) {
    return R"({"manifest":1,"abi":"1.0","components":[)" + component + "]}";
}
std::string with(const std::string& fields) {
    return plugin(R"({"id":"example.a","version":"1.0.0")" + (fields.empty() ? "" : "," + fields) + "}");
}
std::string message_of(const std::string& json) {
    const auto manifest = parse_manifest(json);
    return manifest ? "ok" : manifest.error().message;
}

TEST(Manifest, ReadsEveryField) {
    const auto parsed = parse_manifest(plugin(
        R"({"id":"example.a_1","version":"2.1.0-rc.1+build","role":"aggregator","summary":"S","tags":["t"],
            "examples":[{"input":{"a":1},"output":"x"},{"input":2}],
            "input":{"type":"object"},"output":{},"config":{},
            "needs":["store.search"],"prompts":["main"],"execution":"blocking","concurrency":3,"stack_kib":512,
            "timeout_ms":2500,"repairs":2,"deterministic":true,
            "select":{"always":true,"keywords":["k"],"file_kinds":["tabular"],"fields":["file_id"]}})"));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->abi_major, 1);
    EXPECT_EQ(parsed->abi_minor, 0);
    EXPECT_TRUE(parsed->warnings.empty());
    const auto& m = parsed->components.at(0);
    EXPECT_EQ(m.id, "example.a_1");
    EXPECT_EQ(m.version.to_string(), "2.1.0-rc.1");
    EXPECT_EQ(m.role, Role::aggregator);
    EXPECT_EQ(m.summary, "S");
    ASSERT_EQ(m.examples.size(), 2U);
    EXPECT_EQ(m.examples[0].input, R"({"a":1})");
    EXPECT_EQ(m.examples[0].output, R"("x")");
    EXPECT_EQ(m.examples[1].output, "");
    EXPECT_EQ(m.input_schema, R"({"type":"object"})");
    EXPECT_EQ(m.needs, std::vector<std::string>{"store.search"});
    EXPECT_EQ(m.execution, Execution::blocking);
    EXPECT_EQ(m.concurrency, 3U);
    EXPECT_EQ(m.stack_kib, 512U);
    EXPECT_EQ(m.timeout.count(), 2500);
    EXPECT_EQ(m.repairs, 2U);
    EXPECT_TRUE(m.deterministic);
    EXPECT_TRUE(m.select.always);
    EXPECT_EQ(m.select.fields, std::vector<std::string>{"file_id"});
}

TEST(Manifest, HasDefaults) {
    const auto parsed = parse_manifest(with(""));
    ASSERT_TRUE(parsed);
    const auto& m = parsed->components.at(0);
    EXPECT_EQ(m.role, Role::component);
    EXPECT_EQ(m.input_schema, "{}");
    EXPECT_EQ(m.timeout.count(), 15000);
    EXPECT_EQ(m.stack_kib, 256U);
    EXPECT_EQ(m.execution, Execution::async);
}

TEST(Manifest, NamesPlaceExpectationAndWhatCame) {
    EXPECT_EQ(message_of(with(R"("timeout_ms":-3)")), "components[0].timeout_ms: expected 1 to 600000, got -3");
    EXPECT_EQ(
        message_of(with(R"("role":"agent")")),
        "components[0].role: expected \"component\", \"tool\", \"selector\" or \"aggregator\", got \"agent\"");
    EXPECT_EQ(message_of(with(R"("tags":["a",1])")),
              "components[0].tags[1]: expected a string of 1 to 256 bytes, got 1");
    EXPECT_EQ(message_of(with(R"("input":{"const":1})")),
              "components[0].input: schema: /const: keyword \"const\" is not one of the supported subset");
    EXPECT_EQ(message_of(with(R"("examples":[{"output":1}])")),
              "components[0].examples[0].input: expected an input, got nothing");
    EXPECT_EQ(message_of(with(R"("select":[])")), "components[0].select: expected an object, got an array");
    EXPECT_EQ(message_of(with(R"("needs":["search"])")),
              "components[0].needs[0]: expected a service name such as \"store.search\", got \"search\"");
    EXPECT_EQ(message_of(R"({"manifest":2,"abi":"1.0","components":[]})"),
              "manifest: expected format number 1, got 2");
    EXPECT_EQ(message_of(R"({"manifest":1,"abi":"1","components":[{}]})"),
              "abi: expected \"MAJOR.MINOR\", got \"1\"");
    EXPECT_EQ(message_of(R"({"manifest":1,"abi":"1.0","components":[]})"),
              "components: expected a list of 1 to 256 components, got 0");
    EXPECT_EQ(message_of("[]"), "manifest: expected an object, got an array");
    EXPECT_EQ(message_of("{"), "manifest: JSON: byte 1: expected a key in quotes, got the end");
}

TEST(Manifest, RefusesBadIds) {
    for (const std::string id : {"", "a", "A.b", "a..b", ".a.b", "a.b.", "a b.c", "a-b.c"})
        EXPECT_NE(message_of(plugin(R"({"version":"1.0.0","id":")" + id + "\"}")), "ok") << id;
    EXPECT_NE(message_of(plugin(R"({"version":"1.0.0","id":"a.)" + std::string(130, 'b') + "\"}")), "ok");
}

TEST(Manifest, RefusesAnIdTwice) {
    const std::string one = R"({"id":"example.a","version":"1.0.0"})";
    EXPECT_EQ(message_of(plugin(one + "," + one)),
              "components[1].id: expected each id once in a plugin, got \"example.a\" again");
}

TEST(Manifest, WarnsOfUnknownKeys) {
    const auto parsed = parse_manifest(with(R"("colour":"red","select":{"sometimes":true})"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->warnings,
              (std::vector<std::string>{"components[0].select.sometimes: no such key; it is ignored",
                                        "components[0].colour: no such key; it is ignored"}));
}

TEST(Version, ParsesSemanticVersionsOnly) {
    for (const std::string_view good :
         {"0.0.0", "1.2.3", "1.0.0-alpha.1", "1.0.0--", "1.0.0+01.a-b", "4294967295.0.0"})
        EXPECT_TRUE(Version::parse(good)) << good;
    for (const std::string_view bad :
         {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "v1.2.3", "1.2.x",
          "4294967296.0.0", "1.2.3-a.", " 1.2.3", "1.2.3-\xC3\xA9"})
        EXPECT_FALSE(Version::parse(bad)) << bad;
}

TEST(Version, OrdersAsClauseElevenSays) {
    const std::string_view rising[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                       "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                       "1.0.0-rc.1",  "1.0.0",         "1.0.1",
                                       "1.1.0",       "2.0.0"};
    for (std::size_t i = 0; i + 1 < std::size(rising); ++i)
        EXPECT_TRUE(*Version::parse(rising[i]) < *Version::parse(rising[i + 1])) << rising[i];
    EXPECT_TRUE((*Version::parse("1.0.0+a") <=> *Version::parse("1.0.0+b")) == 0);
}

}  // namespace
}  // namespace cedar::host
