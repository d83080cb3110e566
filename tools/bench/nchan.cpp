#include "tools/bench/nchan.hpp"

#include "tests/support/redis_process.hpp"
#include "tools/bench/load_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

namespace cedar::bench {
namespace {

constexpr const char* kProgram = "/usr/sbin/nginx";
constexpr const char* kModule = "/usr/lib/nginx/modules/ngx_nchan_module.so";
constexpr std::string_view kAnswer = "HTTP/1.1 20";

std::string configuration(const std::string& folder, std::uint16_t port, const std::string& redis_url) {
    std::string temporary;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        temporary += std::string(kind) + "_temp_path " + folder + "/" + kind + ";\n";
    return std::string("load_module ") + kModule + ";\ndaemon off; worker_processes 1;\npid " + folder +
           "/pid; error_log " + folder + "/errors warn;\nevents { worker_connections 15000; }\nhttp {\n" +
           temporary +
           "access_log off; keepalive_requests 1000000000; keepalive_timeout 3600s; nchan_shared_memory_size "
           "512M;\n"
           "upstream store { nchan_redis_server \"" +
           redis_url + "\"; }\nserver {\nlisten 127.0.0.1:" + std::to_string(port) + " backlog=4096;\n" +
           "location ~ ^/sse/(\\d+)$ { nchan_subscriber eventsource; nchan_channel_id $1; "
           "nchan_redis_pass store; }\n"
           "location ~ ^/say/(\\d+)$ { nchan_publisher; nchan_channel_id $1; nchan_redis_pass store;\n"
           "nchan_message_buffer_length 10000; nchan_message_timeout 10m; }\n}\n}\n";
}

// A process of a master: its first child. 0: there is none.
int child_of(int process) {
    const auto name = std::to_string(process);
    int child = 0;
    std::ifstream("/proc/" + name + "/task/" + name + "/children") >> child;
    return child;
}

}  // namespace

Peer start_nchan(const std::string& redis_url) {
    Peer peer{.name = "nchan"};
    if (!std::filesystem::exists(kProgram) || !std::filesystem::exists(kModule)) {
        std::printf("no nchan beside it: packages nginx and libnginx-mod-nchan are not there\n");
        return peer;
    }
    const auto port = host::free_port();
    const auto file = *peer.folder / "nginx.conf";
    std::ofstream(file) << configuration((*peer.folder / "").string(), port, redis_url);
    peer.process = std::make_unique<host::Process>(
        on_the_server_side({kProgram, "-p", (*peer.folder / "").string(), "-c", file.string()}));
    const auto there = [&] { return child_of(peer.process->pid()) != 0; };
    host::eventually([&] { return there() || !peer.process->running(); }, std::chrono::seconds(10));
    std::this_thread::sleep_for(std::chrono::seconds(1));  // for its connection to Redis, of which it says nothing
    if (there()) {
        peer.port = port;
        peer.serving = child_of(peer.process->pid());
    } else {
        std::printf("no nchan beside it: nginx said: %.200s\n", peer.process->err().c_str());
    }
    return peer;
}

void stop_nchan(Peer& peer) {
    if (!peer.process) return;
    peer.process->kill(SIGTERM);
    peer.process->wait();
}

NchanPublisher::NchanPublisher(std::uint16_t port) : socket_(connected(port)) {}
NchanPublisher::~NchanPublisher() {
    ::close(socket_);
}

void NchanPublisher::say(std::int64_t thread_id, std::uint64_t seq) {
    const auto json = event_text(thread_id, seq);
    out_.append("POST /say/").append(std::to_string(thread_id));
    out_.append(" HTTP/1.1\r\nHost: bench\r\nContent-Length: ").append(std::to_string(json.size()));
    out_.append("\r\n\r\n").append(json);
    ++open_;
}

void NchanPublisher::flush(std::size_t unanswered) {
    send_all(socket_, out_);
    out_.clear();
    std::array<char, 65536> buffer{};
    while (open_ > unanswered) {
        const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got <= 0) die("nchan");
        tail_.append(buffer.data(), static_cast<std::size_t>(got));
        std::size_t at = 0;
        for (auto next = tail_.find(kAnswer); next != std::string::npos && open_ > 0;
             next = tail_.find(kAnswer, at)) {
            --open_;
            at = next + kAnswer.size();
        }
        tail_.erase(0, std::max(at, tail_.size() - std::min(tail_.size(), kAnswer.size() - 1)));
    }
}

}  // namespace cedar::bench
