#include "plugins/retrieval.retrieve_docs/retrieve.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Retrieve, AsksForTheQueryAsTheUserWroteIt) {
    const auto search = retrieval::search_for({"C++ \"don't\" NEAR(", 4}, {.limit = 7});
    EXPECT_EQ(search.query, "C++ \"don't\" NEAR(");
    EXPECT_EQ(search.file_id, 4);
    EXPECT_EQ(search.limit, 7U);
}

TEST(Retrieve, ShowsThreeMessages) {
    const auto prompt = retrieval::prompt_for({"where?", {}});
    ASSERT_EQ(prompt.size(), 3U);
    EXPECT_EQ(prompt[0].role, "system");
    EXPECT_EQ(prompt[1], (cedar::Message{"user", "where?"}));
    EXPECT_EQ(prompt[2], (cedar::Message{"user", "Component: retrieval.retrieve_docs"}));
    EXPECT_EQ(retrieval::prompt_for({" \n", {}})[1].content, "(empty query)");
}

}  // namespace
