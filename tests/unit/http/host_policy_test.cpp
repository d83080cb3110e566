#include "host/http/host_policy.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

TEST(HostPolicy, OnTheLoopbackTakesItsNamesWithThePort) {
    const HostPolicy policy({}, "127.0.0.1", true, 8000);
    for (const char* host : {"localhost:8000", "LocalHost:8000", "127.0.0.1:8000", "[::1]:8000"})
        EXPECT_TRUE(policy.accepts(host)) << host;
    EXPECT_EQ(policy.expected(), "localhost:8000, 127.0.0.1:8000, [::1]:8000");
}

TEST(HostPolicy, OnTheLoopbackRefusesEveryOtherName) {
    const HostPolicy policy({}, "127.0.0.1", true, 8000);
    for (const char* host : {"", "evil.example", "evil.example:8000", "localhost", "localhost:8001",
                             "localhost.evil.example:8000", "evil-localhost:8000", "127.0.0.1.nip.io:8000",
                             "user@localhost:8000", "localhost:8000/", "localhost:8000 x", "[::1]"})
        EXPECT_FALSE(policy.accepts(host)) << host;
}

TEST(HostPolicy, TakesTheBoundAddressToo) {
    EXPECT_TRUE(HostPolicy({}, "127.0.0.5", true, 8000).accepts("127.0.0.5:8000"));
    EXPECT_TRUE(HostPolicy({}, "127.0.0.1", true, 80).accepts("localhost"));
}

TEST(HostPolicy, WithAListTakesItBesidesItsOwnNames) {
    const HostPolicy policy({"cedar.example", "[fd00::1]", "other:9"}, "127.0.0.1", true, 8000);
    EXPECT_TRUE(policy.accepts("cedar.example"));
    EXPECT_TRUE(policy.accepts("cedar.example:1234"));
    EXPECT_TRUE(policy.accepts("[fd00::1]:8000"));
    EXPECT_TRUE(policy.accepts("other:9"));
    EXPECT_FALSE(policy.accepts("other:10"));
    EXPECT_TRUE(policy.accepts("localhost:8000"));
    EXPECT_FALSE(policy.accepts("localhost:8001"));
    const HostPolicy wide({"cedar.example"}, "0.0.0.0", false, 8000);
    EXPECT_TRUE(wide.accepts("cedar.example:8000"));
    EXPECT_TRUE(wide.accepts("127.0.0.1:8000"));
    EXPECT_FALSE(wide.accepts("evil.example"));
}

TEST(HostPolicy, ElsewhereTakesAddressesButNoNamesUnlessListed) {
    const HostPolicy policy({}, "0.0.0.0", false, 8000);
    for (const char* host :
         {"192.168.1.2", "192.168.1.2:8000", "10.0.0.1:80", "[fd00::1]", "[fd00::1]:8000", "localhost:8000"})
        EXPECT_TRUE(policy.accepts(host)) << host;
    for (const char* host : {"anything.example:8000", "192.168.1.2.nip.io", "1.2.3", "[fd00::1", "[]", "any thing",
                             "a/b", "[127.0.0.1]", "fd00::1"})
        EXPECT_FALSE(policy.accepts(host)) << host;
    EXPECT_EQ(policy.expected().substr(0, 15), "an IP address, ");
}

TEST(HostPolicy, KnowsItsOwnOrigin) {
    EXPECT_TRUE(HostPolicy::same_origin("", "localhost:8000"));
    EXPECT_TRUE(HostPolicy::same_origin("http://localhost:8000", "localhost:8000"));
    EXPECT_TRUE(HostPolicy::same_origin("https://cedar.example", "cedar.example"));
    EXPECT_TRUE(HostPolicy::same_origin("https://cedar.example", "cedar.example", true));
    EXPECT_FALSE(HostPolicy::same_origin("http://cedar.example", "cedar.example", true));
    for (const char* origin : {"null", "http://evil.example", "http://localhost:8001", "http://localhost",
                               "http://localhost:8000.evil.example", "file://localhost:8000", "localhost:8000"})
        EXPECT_FALSE(HostPolicy::same_origin(origin, "localhost:8000")) << origin;
}

}  // namespace
}  // namespace cedar::host::http
