#include "host/http/request_checks.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

unsigned refused(const Fields& fields, unsigned version = 11) {
    const auto answer = check_head({version, "/", &fields});
    if (!answer) return 0;
    EXPECT_TRUE(answer->close);
    EXPECT_EQ(answer->content_type, "application/problem+json");
    return answer->status;
}

TEST(RequestHead, OfAnOrdinaryRequestPasses) {
    EXPECT_EQ(refused({{"Host", "localhost"}, {"Accept", "*/*"}}), 0U);
    EXPECT_EQ(refused({{"host", "localhost"}, {"content-length", "3"}}), 0U);
    EXPECT_EQ(refused({{"Host", "localhost"}, {"Transfer-Encoding", " Chunked"}}), 0U);
    EXPECT_EQ(refused({{"Host", "localhost"}, {"Expect", "100-Continue"}}), 0U);
    EXPECT_EQ(refused({{"Host", "localhost"}}, 10), 0U);
}

TEST(RequestHead, HasOneHost) {
    EXPECT_EQ(refused({{"Accept", "*/*"}}), 400U);
    EXPECT_EQ(refused({{"Host", "a"}, {"HOST", "a"}}), 400U);
}

TEST(RequestHead, HasAKnownVersion) {
    EXPECT_EQ(refused({{"Host", "a"}}, 20), 505U);
    EXPECT_EQ(refused({{"Host", "a"}}, 9), 505U);
}

TEST(RequestHead, SaysItsLengthInOneWay) {
    EXPECT_EQ(refused({{"Host", "a"}, {"Content-Length", "3"}, {"Content-Length", "3"}}), 400U);
    EXPECT_EQ(refused({{"Host", "a"}, {"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}}), 400U);
}

TEST(RequestHead, HasNoTransferCodingButChunked) {
    EXPECT_EQ(refused({{"Host", "a"}, {"Transfer-Encoding", "chunked"}}, 10), 400U);
    EXPECT_EQ(refused({{"Host", "a"}, {"Transfer-Encoding", "chunked, identity"}}), 400U);
    EXPECT_EQ(refused({{"Host", "a"}, {"Transfer-Encoding", "identity"}}), 400U);
    EXPECT_EQ(refused({{"Host", "a"}, {"Transfer-Encoding", "gzip, chunked"}}), 501U);
    EXPECT_EQ(refused({{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}), 400U);
}

TEST(RequestHead, ExpectsNothingBut100Continue) {
    EXPECT_EQ(refused({{"Host", "a"}, {"Expect", "a miracle"}}), 417U);
}

const Fields good_handshake{{"Host", "a"},
                            {"Connection", "keep-alive, Upgrade"},
                            {"Upgrade", "websocket"},
                            {"Sec-WebSocket-Version", "13"},
                            {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};

Fields with(std::string name, std::string value) {
    Fields fields = good_handshake;
    for (auto& [key, text] : fields)
        if (key == name) {
            text = value;
            return fields;
        }
    fields.emplace_back(std::move(name), std::move(value));
    return fields;
}

unsigned handshake(const Fields& fields, unsigned version = 11) {
    const auto answer = check_handshake({version, "/", &fields});
    return answer ? answer->status : 0;
}

TEST(WebSocketHandshake, IsRecognised) {
    EXPECT_TRUE(asks_for_websocket({11, "/", &good_handshake}));
    const auto other = with("Upgrade", "h2c");
    EXPECT_FALSE(asks_for_websocket({11, "/", &other}));
    const auto without = with("Connection", "keep-alive");
    EXPECT_FALSE(asks_for_websocket({11, "/", &without}));
}

TEST(WebSocketHandshake, PassesAsTheStandardShowsIt) {
    EXPECT_EQ(handshake(good_handshake), 0U);
}

TEST(WebSocketHandshake, NeedsHttp11) {
    EXPECT_EQ(handshake(good_handshake, 10), 400U);
}

TEST(WebSocketHandshake, NeedsAKeyOf16Octets) {
    for (const char* key : {"", "dGhlIHNhbXBsZQ==", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZSE=",
                            "dGhlIHNhbXBs ZSBub25jZQ==", "****************************"})
        EXPECT_EQ(handshake(with("Sec-WebSocket-Key", key)), 400U) << key;
}

TEST(WebSocketHandshake, OfAnotherVersionIsToldTheKnownOne) {
    const auto fields = with("Sec-WebSocket-Version", "8");
    const auto answer = check_handshake({11, "/", &fields});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 426U);
    EXPECT_EQ(answer->fields, (Fields{{"Sec-WebSocket-Version", "13"}}));
}

TEST(WebSocketHandshake, HasNoBody) {
    EXPECT_EQ(handshake(with("Content-Length", "0")), 400U);
}

TEST(Target, IsAPathAndAQuery) {
    const auto target = parse_target("/project/7?branch_id=%31");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/project/7");
    EXPECT_EQ(target->query, "branch_id=%31");
    EXPECT_EQ(target->authority, "");
    EXPECT_EQ(parse_target("/a%20b")->path, "/a b");
    EXPECT_EQ(parse_target("/")->path, "/");
    EXPECT_EQ(parse_target("/ui/")->path, "/ui/");
}

TEST(Target, MayBeAbsolute) {
    const auto target = parse_target("http://localhost:8000/x?y");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->authority, "localhost:8000");
    EXPECT_EQ(target->path, "/x");
    EXPECT_EQ(parse_target("http://localhost")->path, "/");
    EXPECT_FALSE(parse_target("http:///x"));
}

TEST(Target, RefusesWhatLeavesOrHidesAPath) {
    for (const char* text :
         {"", "*", "project", "ftp://a/", "/../etc/passwd", "/ui/../x", "/ui/%2e%2e/x", "/./a", "//etc", "/ui//x",
          "/ui/..%5cx", "/ui/%00", "/ui/a%2fb", "/ui/%zz", "/a%0d%0ab", "/ui/.."})
        EXPECT_FALSE(parse_target(text)) << text;
}

}  // namespace
}  // namespace cedar::host::http
