#include "host/app/listen_rules.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

TEST(ListenRules, LoopbackIsTheMachineItself) {
    for (const char* host : {"localhost", "127.0.0.1", "127.8.9.1", "::1"}) EXPECT_TRUE(is_loopback(host)) << host;
}

TEST(ListenRules, EverythingElseIsNot) {
    for (const char* host : {"", "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "localhost.evil.com", "evil-localhost",
                             "127.0.0.1.nip.io", "::ffff:127.0.0.1", "127.1"}) {
        EXPECT_FALSE(is_loopback(host)) << host;
    }
}

}  // namespace
}  // namespace cedar::host::app
