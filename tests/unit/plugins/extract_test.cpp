#include "plugins/aggregator.extractive/extract.hpp"

#include <cedar/convert.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cedar::AggregatorInput;
using cedar::Candidate;
using cedar::Passages;
using extractive::extract;
using testing::HasSubstr;

Candidate found(std::string name, Passages passages) {
    return {.name = std::move(name), .ok = true, .status = "ok", .summary = cedar::json_of(passages)};
}
cedar::Passage passage(std::string id, std::string source, std::string text) {
    return {.chunk_id = std::move(id), .source = std::move(source), .text = std::move(text)};
}
AggregatorInput asked(std::string question, std::vector<Candidate> candidates) {
    AggregatorInput input;
    input.request.text = std::move(question);
    input.candidates = std::move(candidates);
    return input;
}

TEST(Extract, QuotesWithNumbersAndSources) {
    const auto final =
        extract(asked("How do I write a component?",
                      {found("retrieval.retrieve_docs",
                             {{passage("1:0", "sdk/README.md",
                                       "## Begin\nYou write a component as a plain function. Milk is white."),
                               passage("2:0", "host/README.md",
                                       "Whoever wants to write a component had better read this first.")}})}));
    EXPECT_EQ(final.function, "final");
    EXPECT_EQ(final.args.title, "How do I write a component");
    EXPECT_EQ(final.args.text,
              "From the project's documents:\n\n[1] sdk/README.md, “Begin”\n\n"
              "> You write a component as a plain function.\n\n"
              "[2] host/README.md\n\n> Whoever wants to write a component had better read this first.\n\n"
              "Quoted from the documents; no language model was used.");
    EXPECT_THAT(final.args.run_summary, testing::ElementsAre("Considered 2 passages from 1 of 1 component.",
                                                             "Quoted 2 places; no language model was used."));
}

TEST(Extract, SaysHonestlyThatNothingWasFound) {
    const auto final = extract(asked("astronomy", {found("retrieval.retrieve_docs", {})}));
    EXPECT_EQ(final.args.title, "Nothing found");
    EXPECT_THAT(final.args.text, HasSubstr("Nothing was found in the project's documents for “astronomy”."));
    EXPECT_THAT(final.args.text, HasSubstr("cedar import"));
    const auto unrelated =
        extract(asked("astronomy", {found("a.b", {{passage("1:0", "a.md", "Cheese is made of milk.")}})}));
    EXPECT_THAT(unrelated.args.text, HasSubstr("share no word with it"));
    EXPECT_THAT(unrelated.args.text, testing::Not(HasSubstr("Cheese")));
}

TEST(Extract, AnswersZeroCandidates) {
    const auto final = extract(asked("anything", {}));
    EXPECT_THAT(final.args.text, HasSubstr("No component was asked."));
    EXPECT_EQ(final.args.run_summary[0], "Considered 0 passages from 0 of 0 components.");
}

TEST(Extract, AnswersABlankQuestion) {
    EXPECT_THAT(extract(asked(" \n", {})).args.text, HasSubstr("There was no question"));
}

TEST(Extract, NamesTheFailedAndClaimsNothingForThem) {
    Candidate late{.name = "tool.web", .status = "timeout"};
    const auto final = extract(asked("cheese", {late}));
    EXPECT_THAT(final.args.text, HasSubstr("Every component that was asked failed"));
    EXPECT_THAT(final.args.run_summary, testing::Contains("Failed: tool.web (timeout)."));
}

TEST(Extract, AnswersAThousandCandidatesFailuresAmongThem) {
    std::vector<Candidate> candidates;
    for (int index = 0; index < 1000; ++index) {
        const std::string name = "c.n" + std::to_string(index);
        if (index % 10 == 0) {
            candidates.push_back({.name = name, .status = "error"});
        } else {
            candidates.push_back(found(name, {{passage(std::to_string(index), name + ".md",
                                                       "Cheese number " + std::to_string(index) + " is old.")}}));
        }
    }
    const auto final = extract(asked("old cheese", candidates));
    EXPECT_THAT(final.args.text, HasSubstr("[5] "));
    EXPECT_EQ(final.args.run_summary[0], "Considered 900 passages from 900 of 1000 components.");
    EXPECT_THAT(final.args.run_summary[1], HasSubstr("; and 90 more."));
    EXPECT_EQ(cedar::to_json(final), cedar::to_json(extract(asked("old cheese", candidates))));
}

TEST(Extract, KeepsCodeAsCode) {
    const auto final = extract(
        asked("smallest plugin",
              {found("a.b", {{passage("1", "a.md", "The smallest plugin:\n```cpp\nint a;\n\nint b;\n```")}})}));
    EXPECT_THAT(final.args.text, HasSubstr("> The smallest plugin:\n> ```\n> int a;\n>\n> int b;\n> ```\n"));
}

TEST(Extract, MakesAShortTitleOfTheQuestion) {
    const auto found_one = found("a.b", {{passage("1", "a.md", "Cheese.")}});
    EXPECT_EQ(extract(asked("  one two three\nfour cheese six seven eight ", {found_one})).args.title,
              "one two three four cheese six");
    EXPECT_EQ(extract(asked("cheese?!", {found_one})).args.title, "cheese");
}

}  // namespace
