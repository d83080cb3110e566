#include "host/loader/digest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host::loader {
namespace {

std::string sha256_of(const std::string& text) {
    return sha256_hex(std::as_bytes(std::span(text)));
}

TEST(Digest, IsSha256) {  // Source: FIPS 180-4 example values
    EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_of(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, WritesTwoLowerCaseDigitsAByte) {
    const std::string bytes("\x00\xff\x0a", 3);
    EXPECT_EQ(to_hex(std::as_bytes(std::span(bytes))), "00ff0a");
    EXPECT_EQ(to_hex(std::as_bytes(std::span(bytes)), ' '), "00 ff 0a");
    EXPECT_EQ(to_hex({}), "");
}

}  // namespace
}  // namespace cedar::host::loader
