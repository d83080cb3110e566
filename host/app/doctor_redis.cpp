// Whether a Redis server answers: PING over a plain connection, no library needed for that.
#include "host/app/doctor.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <chrono>

namespace cedar::host::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kTime{2};
constexpr std::size_t kLineMax = 1024;

struct Address {
    std::string host, port = "6379", password;
};

// redis://[[user]:password@]host[:port][/database]
Address address_of(std::string url) {
    if (const auto scheme = url.find("://"); scheme != std::string::npos) url.erase(0, scheme + 3);
    Address out;
    if (const auto at = url.rfind('@'); at != std::string::npos) {
        const auto colon = url.find(':');
        if (colon < at) out.password = url.substr(colon + 1, at - colon - 1);
        url.erase(0, at + 1);
    }
    url = url.substr(0, url.find('/'));
    const auto colon = url.rfind(':');
    out.host = url.substr(0, colon);
    if (colon != std::string::npos) out.port = url.substr(colon + 1);
    return out;
}

// One conversation: connect, write, read a line for each command.
struct Talk {
    explicit Talk(asio::io_context& loop) : resolver(loop), socket(loop) {}

    void begin(const Address& address, std::string commands) {
        request = std::move(commands);
        resolver.async_resolve(address.host, address.port, [this](const auto& error, const auto& found) {
            if (fails(error)) return;
            asio::async_connect(socket, found, [this](const auto& failure, const auto&) {
                if (!fails(failure)) send();
            });
        });
    }

    void send() {
        asio::async_write(socket, asio::buffer(request), [this](const auto& error, std::size_t) {
            if (!fails(error)) read();
        });
    }
    void read() {
        asio::async_read_until(socket, asio::dynamic_buffer(reply, kLineMax), "\r\n",
                               [this](const auto& error, std::size_t size) {
                                   if (fails(error)) return;
                                   line = reply.substr(0, size - 2);
                                   reply.erase(0, size);
                                   if (line == "+OK") return read();  // the answer to AUTH
                                   done = true;
                               });
    }
    bool fails(const boost::system::error_code& error) {
        if (error) problem = error.message();
        return static_cast<bool>(error);
    }

    asio::ip::tcp::resolver resolver;
    asio::ip::tcp::socket socket;
    std::string request, reply, line, problem;
    bool done = false;
};

std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

}  // namespace

Finding check_redis(const std::string& url) {
    if (url.empty()) return {Health::skipped, "redis", "not configured", {}};
    const Address address = address_of(url);
    const std::string place = address.host + ":" + address.port;
    asio::io_context loop(1);
    Talk talk(loop);
    const auto auth = address.password.empty() ? std::string{} : "*2\r\n" + bulk("AUTH") + bulk(address.password);
    talk.begin(address, auth + "*1\r\n" + bulk("PING"));
    loop.run_for(kTime);
    if (talk.line == "+PONG") return {Health::ok, "redis", place, {}};
    if (talk.done) return {Health::failed, "redis", place + " answers: " + talk.line, "check redis.url"};
    return {Health::failed, "redis",
            place + " cannot be reached (" + (talk.problem.empty() ? "no answer in time" : talk.problem) + ")",
            "start it, or clear redis.url: cedar works without"};
}

}  // namespace cedar::host::app
