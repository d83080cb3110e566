#pragma once
#include "host/http/context.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace cedar::host::http {

// Accepts connections, each on a strand of its own, until stopped. Beyond the bound they are told 503.
class Listener : public std::enable_shared_from_this<Listener> {
public:
    // `acceptor` listens; its executor is a strand.
    Listener(boost::asio::ip::tcp::acceptor acceptor, ServerContextPtr context);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    void start();
    // Thread: any. Returns at once.
    void stop();

private:
    void accept();
    void on_accept(boost::system::error_code error, boost::asio::ip::tcp::socket socket);
    void pause(const boost::system::error_code& error);
    void turn_away();
    void see_whether_it_is_over();
    void refuse(boost::asio::ip::tcp::socket socket, std::size_t limit, const char* whose) const;

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    ServerContextPtr context_;
    int reserve_ = -1;                      // a descriptor to give up when there is no other
    std::chrono::milliseconds next_pause_;  // doubles while the process is full
    bool pausing_ = false;                  // so that a full process is logged once, not ten times a second
};

}  // namespace cedar::host::http
