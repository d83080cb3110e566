// Whether a Redis takes events: it is entered as a host would enter it, and given one key that is gone at once. No
// library needed for that.
#include "host/app/doctor.hpp"
#include "host/redis/redis_url.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <vector>

namespace cedar::host::app {
namespace {

namespace asio = boost::asio;
using Generic = asio::generic::stream_protocol;

constexpr std::chrono::seconds kTime{2};
constexpr std::size_t kLineMax = 1024;

std::string command(const std::vector<std::string>& words) {
    std::string out = "*" + std::to_string(words.size()) + "\r\n";
    for (const auto& word : words) out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return out;
}

// Each is answered with one line.
std::vector<std::string> commands(const redis::RedisUrl& url) {
    std::vector<std::string> out;
    if (!url.password.empty() && url.user.empty()) out.push_back(command({"AUTH", url.password}));
    if (!url.user.empty()) out.push_back(command({"AUTH", url.user, url.password}));
    if (url.database != 0) out.push_back(command({"SELECT", std::to_string(url.database)}));
    out.push_back(command({"PING"}));
    out.push_back(command({"SET", "cedar:doctor", "1", "PX", "1"}));
    return out;
}

// One conversation: connect, write all commands, read a line for each until one is an error.
struct Talk {
    explicit Talk(asio::io_context& loop) : resolver(loop), socket(loop) {}

    void begin(const redis::RedisUrl& url) {
        for (auto& one : commands(url)) {
            request += one;
            ++open;
        }
        if (!url.path.empty()) return connect({asio::local::stream_protocol::endpoint(url.path)});
        resolver.async_resolve(url.host, std::to_string(url.port), [this](const auto& error, const auto& found) {
            if (fails(error)) return;
            std::vector<Generic::endpoint> places;
            for (const auto& entry : found) places.emplace_back(entry.endpoint());
            connect(places);
        });
    }
    void connect(const std::vector<Generic::endpoint>& places) {
        asio::async_connect(socket, places, [this](const auto& error, const auto&) {
            if (!fails(error)) send();
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
                                   if (reply.starts_with('-')) refusal = reply.substr(1, size - 3);
                                   reply.erase(0, size);
                                   --open;
                                   if (open > 0 && refusal.empty()) read();
                               });
    }
    bool fails(const boost::system::error_code& error) {
        if (error) problem = error.message();
        return static_cast<bool>(error);
    }

    asio::ip::tcp::resolver resolver;
    Generic::socket socket;
    std::string request, reply;
    std::size_t open = 0;  // commands without a reply
    std::string refusal, problem;
};

}  // namespace

Finding check_redis(const std::string& text) {
    if (text.empty()) return {Health::skipped, "redis", "not configured", {}};
    const auto url = redis::parse_redis_url(text);
    if (!url) return {Health::failed, "redis", url.error().message, "correct redis.url"};
    const std::string place = url->place();
    asio::io_context loop(1);
    Talk talk(loop);
    talk.begin(*url);
    loop.run_for(kTime);
    if (!talk.refusal.empty())
        return {Health::failed, "redis", place + " answers: " + talk.refusal,
                "check redis.url, and what Redis allows"};
    if (talk.open == 0) return {Health::ok, "redis", place, {}};
    return {Health::failed, "redis",
            place + " cannot be reached (" + (talk.problem.empty() ? "no answer in time" : talk.problem) + ")",
            "start it, or clear redis.url: cedar works without"};
}

}  // namespace cedar::host::app
