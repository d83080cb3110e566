#include "host/http/ws_frames.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using namespace std::chrono_literals;

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
}

// A masked frame as a client sends it.
std::string frame(char first, std::size_t size) {
    std::string out(1, first);
    if (size < 126) {
        out += static_cast<char>(0x80 | size);
    } else if (size <= 0xffff) {
        out += '\xfe';
        out += static_cast<char>(size >> 8);
        out += static_cast<char>(size & 0xff);
    } else {
        out += '\xff';
        for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((size >> shift) & 0xff);
    }
    return out + "mask" + std::string(size, 'x');
}

bool take(FrameMeter& meter, const std::string& octets, SteadyTime now = {}) {
    return meter.take(std::as_bytes(std::span(octets)), now);
}

TEST(FrameMeter, LetsAMessageOfItsBoundPassAndRefusesOneFragmentMore) {
    FrameMeter meter(3, 10);
    for (int message = 0; message < 5; ++message)
        EXPECT_TRUE(take(meter, frame('\x01', 1) + frame('\x00', 0) + frame('\x80', 1)));
    EXPECT_FALSE(take(meter, frame('\x01', 1) + frame('\x00', 0) + frame('\x00', 0) + frame('\x80', 1)));
}

TEST(FrameMeter, SeesTheSameInAnySplit) {
    const auto octets = frame('\x81', 5) + frame('\x81', 200) + frame('\x81', 70000) + frame('\x01', 0) +
                        frame('\x00', 130) + frame('\x80', 0);
    for (const std::size_t step : {1U, 2U, 3U, 7U, 1000U}) {
        FrameMeter enough(3, 1);
        FrameMeter short_by_one(2, 1);
        bool passed = true;
        bool passed_short = true;
        for (std::size_t at = 0; at < octets.size(); at += step) {
            passed = passed && take(enough, octets.substr(at, step));
            passed_short = passed_short && take(short_by_one, octets.substr(at, step));
        }
        EXPECT_TRUE(passed) << step;
        EXPECT_FALSE(passed_short) << step;
    }
}

TEST(FrameMeter, CountsControlFramesByTheWindow) {
    FrameMeter meter(10, 2);
    const auto ping = frame('\x89', 4);
    const SteadyTime start{100s};
    EXPECT_TRUE(take(meter, ping + ping, start));
    EXPECT_TRUE(take(meter, ping + ping, start + FrameMeter::window));
    EXPECT_FALSE(take(meter, ping, start + FrameMeter::window + 1s));
}

TEST(FrameMeter, DoesNotCountControlFramesAsFragments) {
    FrameMeter meter(2, 10);
    EXPECT_TRUE(take(meter, frame('\x01', 1) + frame('\x89', 0) + frame('\x8a', 0) + frame('\x80', 1)));
}

}  // namespace
}  // namespace cedar::host::http
