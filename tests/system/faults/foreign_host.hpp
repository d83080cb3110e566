#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cedar::host {

// Another host as far as Redis shows it, or somebody who only says so: puts whatever it is given into streams and
// onto channels, pipelined. Thread: one.
class ForeignHost {
public:
    explicit ForeignHost(std::uint16_t redis_port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(redis_port);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("no Redis");
    }
    ~ForeignHost() { ::close(socket_); }
    ForeignHost(const ForeignHost&) = delete;
    ForeignHost& operator=(const ForeignHost&) = delete;

    // Into the stream of a thread, without a word about it.
    void put(std::int64_t thread_id, std::string_view json) {
        command({"XADD", key(thread_id) + ":log", "*", "h", "foreign", "e", json}, 2);
    }
    // As a host does: into the stream, and onto the channel.
    void say(std::int64_t thread_id, std::string_view json) {
        put(thread_id, json);
        publish(thread_id, json);
    }
    void publish(std::int64_t thread_id, std::string_view text) {
        command({"PUBLISH", key(thread_id) + ":pub", text}, 1);
    }
    // Makes known of which thread a run is.
    void place(const std::string& run_id, std::int64_t thread_id) {
        command({"SET", "cedar:run:" + run_id, std::to_string(thread_id)}, 1);
    }
    // Sends all of it; false when Redis did not take it.
    bool flush() {
        for (std::string_view rest = out_; !rest.empty();) {
            const auto sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            rest.remove_prefix(static_cast<std::size_t>(sent));
        }
        out_.clear();
        std::array<char, 65536> buffer{};
        while (lines_ > 0) {
            const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (got <= 0) return false;
            lines_ -=
                std::min(lines_, static_cast<std::size_t>(std::count(buffer.data(), buffer.data() + got, '\n')));
        }
        return true;
    }

private:
    static std::string key(std::int64_t thread_id) { return "cedar:thread:" + std::to_string(thread_id); }
    void command(std::initializer_list<std::string_view> words, std::size_t lines) {
        out_.append("*").append(std::to_string(words.size())).append("\r\n");
        for (const auto word : words)
            out_.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
        lines_ += lines;
    }

    int socket_;
    std::string out_;
    std::size_t lines_ = 0;  // of answers that are still to come
};

}  // namespace cedar::host
