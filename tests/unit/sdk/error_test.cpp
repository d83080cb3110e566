#include <cedar/error.hpp>

#include <gtest/gtest.h>

namespace {

TEST(Error, CarriesItsMessageAsWhat) {
    const cedar::Error error("not_found", "no such row", "id 7", true);
    EXPECT_STREQ(error.what(), "no such row");
    EXPECT_TRUE(error.retryable);
}

TEST(Error, CodesAndStatusesMatch) {
    for (const auto& name : cedar::detail::code_names) {
        EXPECT_EQ(cedar::status_of(cedar::code_of(name.status)), name.status);
    }
    EXPECT_EQ(cedar::status_of("no_passages"), CEDAR_INTERNAL);
    EXPECT_EQ(cedar::code_of(4711), "internal");
}

TEST(Result, HoldsAValueOrAnError) {
    const cedar::Result<int> good = 3;
    EXPECT_TRUE(good.ok());
    EXPECT_EQ(*good, 3);
    const cedar::Result<int> bad = cedar::Error("limit", "too many");
    EXPECT_FALSE(bad);
    EXPECT_EQ(bad.error().code, "limit");
}

TEST(Result, ThrowsItsErrorWhenAskedForAValue) {
    const cedar::Result<int> bad = cedar::Error("limit", "too many", "7");
    try {
        static_cast<void>(bad.value());
        FAIL() << "no exception";
    } catch (const cedar::Error& error) {
        EXPECT_EQ(error.code, "limit");
        EXPECT_EQ(error.detail, "7");
    }
}

}  // namespace
