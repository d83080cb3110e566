#include "host/http/ws_handshake.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

constexpr const char* kBase = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

// The example of RFC 6455, section 1.3.
TEST(Handshake, IsAnsweredWithTheKeyOfTheProtocol) {
    EXPECT_EQ(accept_of("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(switching_protocols("dGhlIHNhbXBsZSBub25jZQ==", ""),
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(DeflateOffer, IsMetWithoutAWindowThatOutlivesAMessage) {
    EXPECT_EQ(deflate_answer("permessage-deflate"), kBase);
    EXPECT_EQ(deflate_answer("permessage-deflate; client_max_window_bits"), kBase);
    EXPECT_EQ(deflate_answer("x-other, Permessage-Deflate;client_max_window_bits = 10 ;server_no_context_takeover"),
              kBase);
    EXPECT_EQ(deflate_answer("permessage-deflate; server_max_window_bits=\"12\""),
              std::string(kBase) + "; server_max_window_bits=12");
}

TEST(DeflateOffer, ThatCannotBeMetGivesWayToTheNext) {
    EXPECT_EQ(deflate_answer("permessage-deflate; server_max_window_bits=8, permessage-deflate"), kBase);
    EXPECT_EQ(deflate_answer("permessage-deflate; unknown, permessage-deflate; server_max_window_bits=9"),
              std::string(kBase) + "; server_max_window_bits=9");
}

TEST(DeflateOffer, ThatIsWrongIsNotMet) {
    for (const char* offer :
         {"", "x-webkit-deflate-frame", "permessage-deflate; server_max_window_bits",
          "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_max_window_bits=010",
          "permessage-deflate; client_max_window_bits=7", "permessage-deflate; server_no_context_takeover=1",
          "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
          "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10"})
        EXPECT_EQ(deflate_answer(offer), "") << offer;
}

}  // namespace
}  // namespace cedar::host::http
