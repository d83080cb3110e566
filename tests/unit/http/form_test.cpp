#include "host/http/form.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host::http {
namespace {

TEST(PercentDecode, DecodesEscapesAndLeavesTheRest) {
    EXPECT_EQ(percent_decode("a%2Fb%c3%A9+c").value(), "a/b\xc3\xa9+c");
    EXPECT_EQ(percent_decode("a+b", true).value(), "a b");
}

TEST(PercentDecode, RefusesBrokenEscapesAndSaysWhere) {
    for (const char* text : {"%", "ab%4", "ab%zz", "ab%4g"}) {
        const auto result = percent_decode(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_EQ(percent_decode("ab%4g").error().message, "octet 2: expected two hex digits after '%'");
}

TEST(Form, FindsTheFirstFieldOfAName) {
    const auto form = Form::parse("title=A+%26+B&title=second&empty=&bare&&x=1=2");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->find("title"), "A & B");
    EXPECT_EQ(form->find("empty"), "");
    EXPECT_EQ(form->find("bare"), "");
    EXPECT_EQ(form->find("x"), "1=2");
    EXPECT_FALSE(form->find("missing"));
}

TEST(Form, RefusesBrokenEscapesInNamesAndValues) {
    EXPECT_FALSE(Form::parse("a%=1"));
    EXPECT_FALSE(Form::parse("a=%2"));
}

TEST(Form, RefusesMoreFieldsThanItsBound) {
    std::string body;
    for (int i = 0; i < 64; ++i) body += "a=1&";
    EXPECT_TRUE(Form::parse(body));
    EXPECT_EQ(Form::parse(body + "a=1").error().message, "form: expected at most 64 fields, got more");
}

TEST(Form, KnowsItsContentType) {
    EXPECT_TRUE(is_form("application/x-www-form-urlencoded"));
    EXPECT_TRUE(is_form("Application/X-WWW-Form-Urlencoded ; charset=utf-8"));
    EXPECT_FALSE(is_form("application/json"));
    EXPECT_FALSE(is_form(""));
}

}  // namespace
}  // namespace cedar::host::http
