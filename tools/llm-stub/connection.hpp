#pragma once
#include "tools/llm-stub/script.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace cedar::llm_stub {

// What the stub has seen; read by GET /counters. One thread.
struct State {
    Script script;
    std::uint64_t calls = 0, completed = 0, aborted = 0;  // aborted: the client went away before the end
    std::uint64_t live = 0, connections = 0;
    std::deque<std::string> bodies;  // the last requests, GET /requests
};

// One client connection, kept alive between requests.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(boost::asio::ip::tcp::socket socket, State& state);
    ~Connection();
    void read_request();

private:
    void on_head(const std::string& head);
    void on_request();
    void control();
    void answer();
    void begin();
    void queue_reply();
    void send_next();
    void watch_for_close();
    void finish(bool completed);
    void reset();
    void reply_now(int status, std::string body);

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    State& state_;
    std::string input_, method_, target_, body_;
    Reply reply_;
    std::deque<std::string> pieces_;  // still to be sent
    std::string sending_;
    bool live_ = false, close_after_ = false, stall_after_ = false;
    char probe_ = 0;
};

}  // namespace cedar::llm_stub
