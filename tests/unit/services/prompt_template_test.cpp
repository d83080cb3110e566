#include "host/services/prompt_template.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services {
namespace {

constexpr std::string_view kFront = "---\nid: a.b/ask\nversion: 1.2.0\ninputs: [text, items, note?]\n---\n";

std::string with(std::string_view body) {
    return std::string(kFront) + std::string(body);
}

std::string refusal(const std::string& file) {
    const auto parsed = parse_prompt("a.b/ask", file);
    EXPECT_FALSE(parsed) << "it was taken: " << file;
    return parsed ? "" : parsed.error().message;
}

TEST(PromptTemplate, ReadsFrontMatterAndMessages) {
    const auto prompt =
        parse_prompt("a.b/ask", with("# system\n\nBe brief.\n\n# user\n{{text}}\n# not a role\n# assistant\n"))
            .value();
    EXPECT_EQ(prompt.version, "1.2.0");
    ASSERT_EQ(prompt.inputs.size(), 3U);
    EXPECT_FALSE(prompt.input("text")->optional);
    EXPECT_TRUE(prompt.input("note")->optional);
    ASSERT_EQ(prompt.messages.size(), 3U);
    EXPECT_EQ(prompt.messages[0].role, "system");
    EXPECT_EQ(prompt.messages[0].text, "Be brief.");
    EXPECT_EQ(prompt.messages[1].text, "{{text}}\n# not a role");
    EXPECT_EQ(prompt.messages[2].text, "");
    EXPECT_EQ(prompt.hash.size(), 64U);
}

TEST(PromptTemplate, TakesWindowsLineEnds) {
    EXPECT_EQ(parse_prompt("a.b/x", "---\r\nid: a.b/x\r\nversion: 1\r\ninputs: []\r\n---\r\n# user\r\nhi\r\n")
                  .value()
                  .messages[0]
                  .text,
              "hi");
}

TEST(PromptTemplate, NamesTheLineOfBadFrontMatter) {
    EXPECT_EQ(refusal("# user\nhi"), "a.b/ask.md:1: expected the line \"---\"");
    EXPECT_EQ(refusal("---\nid: a.b/ask\n"),
              "a.b/ask.md:1: the front matter is not closed: expected a second line \"---\"");
    EXPECT_EQ(refusal("---\nid: a.b/ask\nversion: 1\n---\n# user\nhi"),
              "a.b/ask.md:4: the front matter lacks \"inputs:\"");
    EXPECT_EQ(refusal("---\nid: a.b/other\n---\n"),
              "a.b/ask.md:2: id: expected a.b/ask (its place), got \"a.b/other\"");
    EXPECT_EQ(refusal("---\nmodel: x\n---\n"), "a.b/ask.md:2: expected id, version or inputs, got \"model\"");
    EXPECT_EQ(refusal("---\nid: a.b/ask\nid: a.b/ask\n---\n"), "a.b/ask.md:3: \"id\" is there twice");
    EXPECT_EQ(refusal("---\ninputs: a, b\n---\n"), "a.b/ask.md:2: inputs: expected [a, b, c?], got \"a, b\"");
    EXPECT_EQ(refusal("---\ninputs: [a, a]\n---\n"), "a.b/ask.md:2: inputs: \"a\" is there twice");
    EXPECT_EQ(refusal("---\ninputs: [a,]\n---\n"), "a.b/ask.md:2: inputs: expected a name after the last comma");
    EXPECT_EQ(refusal("---\nversion: 1 0\n---\n"), "a.b/ask.md:2: version: expected such as 1.0.0, got \"1 0\"");
    EXPECT_EQ(refusal("---\nnonsense\n---\n"), "a.b/ask.md:2: expected \"key: value\", got \"nonsense\"");
}

TEST(PromptTemplate, NamesTheLineOfABadBody) {
    EXPECT_EQ(refusal(with("")), "a.b/ask.md:6: expected a line \"# system\", \"# user\" or \"# assistant\"");
    EXPECT_EQ(refusal(with("\nhello\n# user\nx")),
              "a.b/ask.md:7: expected a line \"# system\", \"# user\" or \"# assistant\"");
    EXPECT_EQ(refusal(with("# user\nx\n{{other}}")), "a.b/ask.md:8: {{other}} is not one of the inputs");
    EXPECT_EQ(refusal(with("# user\n{{.}}")), "a.b/ask.md:7: {{.}} is not one of the inputs");
    EXPECT_EQ(refusal(with("# user\n{{#items}}\nx\n")),
              "a.b/ask.md:7: the section {{#items}} is not closed in its message");
    EXPECT_EQ(refusal(with("# user\n{{#items}}x\n# system\n{{/items}}")),
              "a.b/ask.md:7: the section {{#items}} is not closed in its message");
    EXPECT_EQ(refusal(with("# user\n{{#items}}{{#note}}{{/items}}{{/note}}")),
              "a.b/ask.md:7: expected {{/note}}, got {{/items}}");
    EXPECT_EQ(refusal(with("# user\n{{/items}}")), "a.b/ask.md:7: {{/items}} closes a section that is not open");
    EXPECT_EQ(refusal(with("# user\n\n{{text")), "a.b/ask.md:8: the tag is not closed: expected }}");
    EXPECT_EQ(refusal(with("# user\n{{}}")), "a.b/ask.md:7: the tag {{}} has no name");
    EXPECT_EQ(refusal(with("# user\n{{>part}}")), "a.b/ask.md:7: partials ({{>name}}) are not allowed");
    EXPECT_EQ(refusal(with("# user\n{{=<% %>=}}")), "a.b/ask.md:7: delimiters cannot be changed");
    EXPECT_EQ(refusal(with("# user\n{{two words}}")),
              "a.b/ask.md:7: expected a name of letters, digits, '_' and '.', got {{two words}}");
    EXPECT_EQ(refusal("\xFF"), "a.b/ask.md:1: expected UTF-8 text, got other bytes");
}

TEST(PromptTemplate, BoundsNestingAndMessages) {
    std::string deep;
    for (int i = 0; i < 17; ++i) deep += "{{#items}}";
    EXPECT_EQ(refusal(with("# user\n" + deep)), "a.b/ask.md:7: sections are nested deeper than 16");
    std::string many;
    for (int i = 0; i < 101; ++i) many += "# user\nx\n";
    EXPECT_NE(refusal(with(many)).find("expected at most 100 messages, got more"), std::string::npos);
}

TEST(PromptTemplate, HashesTheWholeFile) {
    const auto one = parse_prompt("a.b/ask", with("# user\nx")).value();
    const auto two = parse_prompt("a.b/ask", with("# user\nx\n")).value();
    EXPECT_NE(one.hash, two.hash);
}

}  // namespace
}  // namespace cedar::host::services
