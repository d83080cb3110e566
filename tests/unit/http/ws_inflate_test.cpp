#include "host/http/ws_inflate.hpp"

#include "host/http/text_frames.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

// As a peer that compresses sends it, without the frame around it.
std::string packed(const std::string& text) {
    std::string frame;
    TextFrames("permessage-deflate", 1).append(frame, text);
    EXPECT_EQ(frame[0], '\xc1');
    const auto size = static_cast<unsigned char>(frame[1]);
    return frame.substr(size == 127 ? 10 : size == 126 ? 4 : 2);
}

TEST(Inflate, GivesTheMessageBack) {
    for (const std::size_t size : {100U, 1024U, 100000U}) {
        const std::string text(size, 'x');
        const auto got = inflate_message(packed(text), size);
        ASSERT_TRUE(got) << got.error().message;
        EXPECT_EQ(*got, text);
    }
    const auto got = inflate_message(std::string("\x02\x00", 2), 10);  // of an empty one
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, "");
}

TEST(Inflate, MakesNoMoreThanTheBound) {
    const auto got = inflate_message(packed(std::string(100001, 'x')), 100000);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::limit);
}

TEST(Inflate, RefusesWhatIsBrokenAndServesTheNext) {
    const auto got = inflate_message(std::string(300, '\xff'), 100000);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(inflate_message(packed(std::string(500, 'y')), 500));
}

}  // namespace
}  // namespace cedar::host::http
