#include "host/http/access.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using Proof = Access::Proof;

constexpr const char* token = "0123456789abcdef";
const UtcTime now{std::chrono::seconds(1'800'000'000)};

Request with(const std::string& name, const std::string& value) {
    Request request;
    request.fields = {{"Host", "localhost"}, {name, value}};
    return request;
}

// What a browser sends back of a Set-Cookie value.
Request with_cookie(const std::string& set_cookie) {
    return with("Cookie", "other=1; " + set_cookie.substr(0, set_cookie.find(';')) + "; third=3");
}

TEST(Access, WithoutATokenIsOpenToAll) {
    const Access access("", std::chrono::hours(1), false);
    EXPECT_TRUE(access.open_to_all());
    EXPECT_FALSE(access.is_token(""));
    EXPECT_EQ(access.proof(with("Authorization", "Bearer "), now), Proof::none);
}

TEST(Access, TakesTheTokenAsBearer) {
    const Access access(token, std::chrono::hours(1), false);
    EXPECT_EQ(access.proof(with("Authorization", std::string("Bearer ") + token), now), Proof::bearer);
    EXPECT_EQ(access.proof(with("authorization", std::string("bearer   ") + token), now), Proof::bearer);
    for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer 0123456789abcdeg", "Bearer 0123456789abcde",
                              "Bearer 0123456789abcdef0", "Basic 0123456789abcdef", "0123456789abcdef"})
        EXPECT_EQ(access.proof(with("Authorization", wrong), now), Proof::none) << wrong;
}

TEST(Access, TakesItsOwnCookieUntilItsTimeIsOver) {
    const Access access(token, std::chrono::hours(1), false);
    const auto request = with_cookie(access.login_cookie(now));
    EXPECT_EQ(access.proof(request, now), Proof::cookie);
    EXPECT_EQ(access.proof(request, now + std::chrono::minutes(59)), Proof::cookie);
    EXPECT_EQ(access.proof(request, now + std::chrono::minutes(60)), Proof::none);
    EXPECT_TRUE(has_login_cookie(request));
    EXPECT_FALSE(has_login_cookie(with("Cookie", "cedar_login_not=1; xcedar_login=2")));
}

TEST(Access, KnowsACookieOfAnotherTokenOrAChangedOne) {
    const Access access(token, std::chrono::hours(1), false);
    const Access other("fedcba9876543210", std::chrono::hours(1), false);
    EXPECT_EQ(access.proof(with_cookie(other.login_cookie(now)), now), Proof::none);
    const auto cookie = access.login_cookie(now);
    auto later = cookie;
    later[std::string("cedar_login=18").size()] = '9';
    ASSERT_NE(later, cookie);
    EXPECT_EQ(access.proof(with_cookie(later), now), Proof::none);
    for (const char* value : {"", ".", "1900000000", "1900000000.", "99999999999999999999.ab", "-1.ab", "x.y"})
        EXPECT_EQ(access.proof(with("Cookie", std::string("cedar_login=") + value), now), Proof::none) << value;
}

TEST(Access, HoldsALoginUntilItsTimeIsOverOrTheTokenIsAnother) {
    Access access(token, std::chrono::hours(1), false);
    const auto by_cookie = access.login(with_cookie(access.login_cookie(now)), now);
    const auto by_token = access.login(with("Authorization", std::string("Bearer ") + token), now);
    EXPECT_TRUE(access.holds(by_cookie, now + std::chrono::minutes(59)));
    EXPECT_FALSE(access.holds(by_cookie, now + std::chrono::minutes(60)));
    EXPECT_TRUE(access.holds(by_token, now + std::chrono::hours(1000)));
    EXPECT_FALSE(access.holds({}, now));
    EXPECT_FALSE(access.renew(token));
    EXPECT_TRUE(access.holds(by_token, now));
    const auto cookie = with_cookie(access.login_cookie(now));
    EXPECT_TRUE(access.renew("fedcba9876543210"));
    EXPECT_FALSE(access.holds(by_token, now));
    EXPECT_FALSE(access.holds(by_cookie, now));
    EXPECT_EQ(access.proof(cookie, now), Proof::none);
    EXPECT_FALSE(access.is_token(token));
    EXPECT_TRUE(access.is_token("fedcba9876543210"));
    EXPECT_TRUE(access.renew(token));  // the token of long ago revives no login
    EXPECT_FALSE(access.holds(by_token, now));
}

TEST(Access, WithoutATokenHoldsEveryLoginAndTakesNone) {
    Access access("", std::chrono::hours(1), false);
    EXPECT_TRUE(access.holds({}, now));
    EXPECT_FALSE(access.renew(token));
    EXPECT_TRUE(access.open_to_all());
    EXPECT_FALSE(access.is_token(token));
}

TEST(Access, MakesCookiesThatScriptsAndOtherSitesDoNotGet) {
    const auto plain = Access(token, std::chrono::hours(1), false).login_cookie(now);
    EXPECT_NE(plain.find("; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict"), std::string::npos) << plain;
    EXPECT_EQ(plain.find("Secure"), std::string::npos);
    EXPECT_EQ(plain.find(token), std::string::npos);
    const Access secure(token, std::chrono::hours(1), true);
    EXPECT_NE(secure.login_cookie(now).find("; Secure"), std::string::npos);
    EXPECT_EQ(secure.logout_cookie(), "cedar_login=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
}

TEST(PublicPaths, AreHealthAndWhatTheLoginIsMadeOf) {
    for (const char* path : {"/healthz", "/readyz", "/login", "/ui/app.css"}) EXPECT_TRUE(is_public_path(path));
    for (const char* path : {"/", "/metrics", "/api/projects", "/ui", "/login/x", "/healthz/", "/project/1"})
        EXPECT_FALSE(is_public_path(path)) << path;
}

TEST(LocalPath, LeadsNowhereElse) {
    EXPECT_EQ(local_path("/project/1?x=%20"), "/project/1?x=%20");
    for (const char* away :
         {"", "//evil.example", "/\\evil.example", "http://evil.example", "javascript:1", "/a\r\nb"})
        EXPECT_EQ(local_path(away), "/") << away;
}

}  // namespace
}  // namespace cedar::host::http
