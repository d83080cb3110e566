#include "host/http/text_frames.hpp"

#include "tests/support/inflate.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cedar::host::http {
namespace {

constexpr const char* kAccepted = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

std::string framed(const TextFrames& frames, const std::string& text) {
    std::string out;
    frames.append(out, text);
    return out;
}

// The payload of a frame of less than 65536 octets.
std::string payload(const std::string& frame) {
    return frame.substr((static_cast<unsigned char>(frame[1]) & 0x7f) == 126 ? 4 : 2);
}

TEST(TextFrames, ArePlainUnlessThePeerOfferedMore) {
    const std::string text(1000, 'x');
    for (const auto& frames : {TextFrames(), TextFrames("", 10), TextFrames(kAccepted, 0)}) {
        EXPECT_FALSE(frames.deflates());
        EXPECT_EQ(framed(frames, text)[0], '\x81');
        EXPECT_EQ(payload(framed(frames, text)), text);
    }
}

TEST(TextFrames, AreCompressedFromTheirSizeOnEachByItself) {
    const TextFrames frames(kAccepted, 100);
    EXPECT_EQ(framed(frames, std::string(99, 'x'))[0], '\x81');
    const std::string text = R"({"type":"token","text":")" + std::string(300, 'y') + "\"}";
    const auto first = framed(frames, text), second = framed(frames, text);
    EXPECT_EQ(first[0], '\xc1');
    EXPECT_EQ(first, second);
    EXPECT_LT(first.size(), 80U);
    EXPECT_EQ(inflated(payload(first)), text);
}

TEST(TextFrames, KeepToTheWindowOfThePeer) {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "event " + std::to_string(i % 700) + " ";
    const TextFrames frames(std::string(kAccepted) + "; server_max_window_bits=9", 100);
    EXPECT_EQ(inflated(payload(framed(frames, text)), 9), text);
}

TEST(TextFrames, ArePlainWhereCompressionWouldNotHelp) {
    std::mt19937 random(20260102);
    std::string text(600, ' ');
    for (auto& c : text) c = static_cast<char>(random());
    EXPECT_EQ(framed(TextFrames(kAccepted, 1), text)[0], '\x81');
    EXPECT_EQ(framed(TextFrames(kAccepted, 1), "x")[0], '\x81');
}

TEST(TextFrames, AreReadBackWhateverTheySay) {
    std::mt19937 random(7);
    const TextFrames frames(kAccepted, 1);
    for (int round = 0; round < 300; ++round) {
        std::string text(random() % 3000, ' ');
        const auto letters = 1 + random() % 40;
        for (auto& c : text) c = static_cast<char>('0' + random() % letters);
        const auto frame = framed(frames, text);
        EXPECT_EQ(frame[0] == '\xc1' ? inflated(payload(frame)) : payload(frame), text);
    }
}

}  // namespace
}  // namespace cedar::host::http
