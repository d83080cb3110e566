#include "host/runtime/random_ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cedar::host::runtime {
namespace {

TEST(RandomIds, AreDistinctAnd32LowerCaseHexDigits) {
    RandomIds ids;
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = ids.next();
        EXPECT_EQ(id.size(), 32U);
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
        seen.insert(id);
    }
    EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace cedar::host::runtime
