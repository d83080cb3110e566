#include "host/http/ws_frames.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

TEST(TextFrame, HasTheShortestLengthThatFits) {
    std::string out;
    append_text_frame(out, "hi");
    EXPECT_EQ(out, std::string("\x81\x02hi"));
    out.clear();
    append_text_frame(out, std::string(126, 'a'));
    EXPECT_EQ(out.substr(0, 4), std::string("\x81\x7e\x00\x7e", 4));
    out.clear();
    append_text_frame(out, std::string(65536, 'a'));
    EXPECT_EQ(out.substr(0, 10), std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
    EXPECT_EQ(out.size(), 65536U + 10);
}

TEST(CloseFrame, CarriesItsCode) {
    std::string out;
    append_close_frame(out, CloseCode::policy);
    EXPECT_EQ(out, std::string("\x88\x02\x03\xf0"));
    out.clear();
    append_close_frame(out, CloseCode::login_ended, "why");
    EXPECT_EQ(out, std::string("\x88\x05\x11\x31why"));
}

TEST(ControlFrame, CarriesWhatItAnswers) {
    std::string out;
    append_control_frame(out, ControlFrame::pong, "you");
    append_control_frame(out, ControlFrame::ping);
    EXPECT_EQ(out, std::string("\x8a\x03you\x89\x00", 7));
}

}  // namespace
}  // namespace cedar::host::http
