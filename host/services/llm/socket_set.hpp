#pragma once
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cedar::host::services::llm {

// Sockets that somebody waits for, in an epoll set of their own which Asio sees as one descriptor: a turn of the
// loop takes all that are ready, and a socket opened here stays registered while it rests between two requests.
// Thread: the loop's.
class SocketSet {
public:
    explicit SocketSet(boost::asio::io_context& loop);
    ~SocketSet() = default;
    SocketSet(const SocketSet&) = delete;
    SocketSet& operator=(const SocketSet&) = delete;

    // A socket, closed on exec; -1 as ::socket. It is closed by close() alone.
    [[nodiscard]] int open(int family, int type, int protocol);
    int close(int fd);

    // What is waited for from now on, of any descriptor; neither: nothing.
    void want(int fd, bool read, bool write);

    struct Ready {
        int fd = -1;
        bool read = false, write = false;
    };
    // What is ready now, at most a batch of it; never waits. Good until the next call.
    [[nodiscard]] std::span<const Ready> take();

    // Calls `ready` once when take() has something, unless the set is gone by then.
    void when_ready(std::function<void()> ready);
    // Nothing is called any more.
    void stop();

private:
    struct Entry {
        std::uint32_t wanted = 0, registered = 0;  // EPOLLIN, EPOLLOUT
        std::uint32_t life = 0;                    // a number of its own each time the descriptor is opened
        bool own = false;                          // opened here: nobody closes it unseen
    };
    void change(int fd, Entry& entry, std::uint32_t events);

    static constexpr std::size_t kBatch = 256;
    boost::asio::posix::stream_descriptor epoll_;
    std::vector<Entry> entries_;  // by descriptor
    std::array<Ready, kBatch> batch_;
};

}  // namespace cedar::host::services::llm
