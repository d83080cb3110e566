#include "host/http/http_date.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

TEST(HttpDate, IsTheFixedEnglishForm) {
    EXPECT_EQ(http_date(UtcTime(std::chrono::seconds(784111777))), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(UtcTime{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace cedar::host::http
