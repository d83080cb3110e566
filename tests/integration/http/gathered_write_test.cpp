#include "host/http/gathered_write.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cedar::host::http {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

class GatheredWriteTest : public testing::Test {
protected:
    GatheredWriteTest() {
        tcp::acceptor acceptor(io_, {net::ip::address_v4::loopback(), 0});
        tcp::socket mine(io_);
        mine.connect(acceptor.local_endpoint());
        peer_ = acceptor.accept();
        socket_.emplace(std::move(mine));
        GatheredWrite::prepare(*socket_, std::chrono::seconds(30));
    }
    // What the peer has once `octets` of it came.
    std::string read(std::size_t octets) {
        std::string out(octets, '\0');
        net::async_read(peer_, net::buffer(out), [](const boost::system::error_code& error, std::size_t) {
            EXPECT_FALSE(error) << error.message();
        });
        io_.restart();
        io_.run();
        return out;
    }

    net::io_context io_;
    tcp::socket peer_{io_};
    std::optional<Socket> socket_;
    GatheredWrite write_;
    boost::system::error_code error_;
};

TEST_F(GatheredWriteTest, IsOverAtOnceWhenTheSystemTakesAll) {
    write_.add("one ");
    write_.add("");
    write_.add("two");
    EXPECT_TRUE(write_.start(*socket_, error_, [](boost::system::error_code) { ADD_FAILURE(); }));
    EXPECT_FALSE(error_);
    write_.clear();
    EXPECT_EQ(read(7), "one two");
}

TEST_F(GatheredWriteTest, WritesTheRestWhenThereIsRoom) {
    std::string expected;
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < 200; ++i) pieces.emplace_back(100000 + i, static_cast<char>('a' + i % 26));
    for (const auto& piece : pieces) {
        write_.add(piece);
        expected += piece;
    }
    int told = 0;
    ASSERT_FALSE(write_.start(*socket_, error_, [&](boost::system::error_code failed) {
        EXPECT_FALSE(failed);
        ++told;
    }));
    EXPECT_TRUE(read(expected.size()) == expected);
    EXPECT_EQ(told, 1);
}

TEST_F(GatheredWriteTest, TellsOfAnErrorAtOnce) {
    socket_->close(error_);
    write_.add("text");
    EXPECT_TRUE(write_.start(*socket_, error_, [](boost::system::error_code) { ADD_FAILURE(); }));
    EXPECT_TRUE(error_);
}

}  // namespace
}  // namespace cedar::host::http
