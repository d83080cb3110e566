#include "host/services/llm/token_stream.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

TEST(TokenStream, KeepsBackWhatMayBeTheBeginningOfTheSecret) {
    TokenStream stream({}, "sk-canary");
    stream.add("see sk-c");
    EXPECT_EQ(stream.take(), "see ");
    stream.add("anary here");
    EXPECT_EQ(stream.take(), "sk-canary here");  // whole: it is taken out where events are
    stream.add("sk-");
    EXPECT_EQ(stream.take(), "");
    stream.add("ate");
    EXPECT_EQ(stream.take(), "sk-ate");
    stream.add("s");
    EXPECT_EQ(stream.take(), "");
    EXPECT_EQ(stream.take_all(), "s");
}

TEST(TokenStream, ShowsTheFieldAlone) {
    TokenStream stream("args.text", {});
    stream.add(R"({"function":"final","args":{"text":"Hel)");
    EXPECT_EQ(stream.take(), "Hel");
    stream.add(R"(lo","title":"x"}})");
    EXPECT_EQ(stream.take(), "lo");
    EXPECT_EQ(stream.take_all(), "");
}

}  // namespace
}  // namespace cedar::host::services::llm
