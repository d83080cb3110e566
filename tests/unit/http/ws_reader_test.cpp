#include "host/http/ws_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cedar::host::http {
namespace {

using namespace std::chrono_literals;
using What = WsReader::What;

constexpr WsReader::Bounds kBounds{.message_bytes = 100000, .fragments = 3, .controls = 4};

// A masked frame as a client sends it.
std::string frame(char first, const std::string& payload) {
    std::string out(1, first);
    const auto size = payload.size();
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
    const std::string mask = "m\x80sk";
    out += mask;
    for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
    return out;
}

struct Heard {
    What what;
    std::string payload;
    CloseCode code;
    bool operator==(const Heard&) const = default;
};

std::vector<Heard> hear(WsReader& reader, std::string octets, std::size_t step = 1 << 20, SteadyTime now = {}) {
    std::vector<Heard> out;
    for (std::size_t at = 0; at < octets.size(); at += step) {
        std::span<char> piece(octets.data() + at, std::min(step, octets.size() - at));
        for (auto said = reader.next(piece, now); said.what != What::nothing; said = reader.next(piece, now)) {
            out.push_back({said.what, std::string(said.payload), said.code});
            if (said.what == What::broken) return out;
        }
        EXPECT_TRUE(piece.empty());
    }
    return out;
}

std::vector<Heard> hear(const std::string& octets, std::size_t step = 1 << 20) {
    WsReader reader(kBounds);
    return hear(reader, octets, step);
}

// What it is refused with; normal: it is not.
CloseCode refusal(const std::string& octets, std::size_t step = 1 << 20) {
    const auto all = hear(octets, step);
    return all.empty() || all.back().what != What::broken ? CloseCode::normal : all.back().code;
}

Heard text(const std::string& payload) {
    return {What::text, payload, {}};
}

TEST(WsReader, HearsTheSameInAnySplit) {
    const std::string large(70000, 'x');
    const auto octets = frame('\x81', "hello") + frame('\x81', "") + frame('\x82', std::string(200, '\xff')) +
                        frame('\x81', large) + frame('\x01', "one ") + frame('\x89', "there?") +
                        frame('\x00', "\xc3") + frame('\x8a', "") + frame('\x80', "\xa4") +
                        frame('\x88', "\x03\xe8why");
    const std::vector<Heard> want{text("hello"),
                                  text(""),
                                  {What::binary, std::string(200, '\xff'), {}},
                                  text(large),
                                  {What::ping, "there?", {}},
                                  {What::pong, "", {}},
                                  text("one \xc3\xa4"),
                                  {What::close, "\x03\xe8", {}}};
    for (const std::size_t step : {1U, 2U, 3U, 5U, 13U, 4096U, 1U << 20U})
        EXPECT_EQ(hear(octets, step), want) << step;
}

TEST(WsReader, RefusesBrokenFramesInAnySplit) {
    const std::vector<std::string> broken{
        "\x81\x02hi",                                                 // not masked
        frame('\xc1', "hi"),                                          // compressed, which was not agreed upon
        frame('\x91', "hi"),                                          // a reserved bit
        frame('\x83', "hi"),                                          // an opcode of nobody
        frame('\x8b', "hi"),                                          // the same
        frame('\x80', "hi"),                                          // goes on with nothing
        frame('\x01', "a") + frame('\x81', "b"),                      // a message inside another
        frame('\x09', ""),                                            // a ping in pieces
        frame('\x89', std::string(126, 'x')),                         // a long ping
        frame('\x88', "x"),                                           // half a code
        frame('\x88', "\x03\xed"),                                    // a code that nobody sends
        frame('\x88', "\x03\xe8\xff"),                                // a reason that is no text
        std::string("\x81\xfe\x00\x7d", 4),                           // a length that is not the shortest
        std::string("\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff", 10),  // the same
        std::string("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00", 10),  // the top bit
    };
    for (const auto& octets : broken)
        for (const std::size_t step : {1U, 3U, 1000U})
            EXPECT_EQ(refusal(octets, step), CloseCode::protocol) << testing::PrintToString(octets) << step;
}

TEST(WsReader, RefusesWhatIsNoTextWithItsFirstWrongOctet) {
    EXPECT_EQ(refusal(frame('\x81', "\xc3\x28")), CloseCode::invalid_data);
    EXPECT_EQ(refusal(frame('\x81', "\xe2\x82")), CloseCode::invalid_data);  // its end is missing
    EXPECT_EQ(refusal(frame('\x01', "a\xff")), CloseCode::invalid_data);     // of a message that goes on
    const auto cut = frame('\x81', "\xed\xa0\x80 and more").substr(0, 6 + 2);
    EXPECT_EQ(refusal(cut, 1), CloseCode::invalid_data);
}

TEST(WsReader, IsUnfinishedFromTheFirstOctetOfAMessageToItsLast) {
    WsReader reader(kBounds);
    const auto message = frame('\x01', "sla") + frame('\x89', "ping") + frame('\x80', "te");
    for (int round = 0; round < 2; ++round) {
        EXPECT_FALSE(reader.unfinished());
        for (std::size_t at = 0; at < message.size(); ++at) {
            const auto said = hear(reader, message.substr(at, 1));
            const bool whole = at + 1 == message.size();
            EXPECT_EQ(reader.unfinished(), !whole) << at;
            EXPECT_EQ(!said.empty() && said[0].what == What::text, whole) << at;
        }
        EXPECT_EQ(hear(reader, frame('\x89', "ping") + frame('\x81', "slate")).size(), 2U);
    }
}

TEST(WsReader, DoesNotBelieveAClaimedLength) {
    EXPECT_EQ(refusal(std::string("\x81\xff\x00\x00\x01\x00\x00\x00\x00\x00", 10)), CloseCode::too_big);
    EXPECT_EQ(hear(frame('\x81', std::string(100000, 'x'))).size(), 1U);
    EXPECT_EQ(refusal(frame('\x81', std::string(100001, 'x')).substr(0, 14)), CloseCode::too_big);
    EXPECT_EQ(refusal(frame('\x01', std::string(60000, 'x')) + frame('\x80', std::string(60000, 'x'))),
              CloseCode::too_big);
}

TEST(WsReader, LetsAMessageOfItsBoundPassAndRefusesOneFragmentMore) {
    WsReader reader(kBounds);
    const auto three = frame('\x01', "a") + frame('\x00', "") + frame('\x80', "b");
    for (int message = 0; message < 5; ++message) EXPECT_EQ(hear(reader, three), std::vector{text("ab")});
    EXPECT_EQ(refusal(frame('\x01', "a") + frame('\x00', "") + frame('\x00', "") + frame('\x80', "b")),
              CloseCode::policy);
}

TEST(WsReader, CountsControlFramesByTheWindow) {
    WsReader reader({.message_bytes = 10, .fragments = 10, .controls = 2});
    const auto ping = frame('\x89', "x");
    const SteadyTime start{100s};
    EXPECT_EQ(hear(reader, ping + ping, 1, start).size(), 2U);
    EXPECT_EQ(hear(reader, ping + ping, 1, start + WsReader::window).size(), 2U);
    EXPECT_EQ(hear(reader, ping, 1, start + WsReader::window + 1s).back().code, CloseCode::policy);
}

}  // namespace
}  // namespace cedar::host::http
