#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::bench {

// A chat socket's client end that knows when each message reached its system's buffer: over loopback that is within
// the server's own write. Where several came before they were read, the time is that of the last. Thread: one
// sends, another reads.
class TimedSocket {
public:
    // Connects and upgrades; ends the program when that fails.
    explicit TimedSocket(std::uint16_t port);
    ~TimedSocket();
    TimedSocket(const TimedSocket&) = delete;
    TimedSocket& operator=(const TimedSocket&) = delete;

    void send_text(std::string_view message);
    struct Message {
        std::string text;        // empty: the connection has ended
        std::int64_t at_ns = 0;  // of the wall clock
    };
    [[nodiscard]] Message next();

private:
    [[nodiscard]] bool fill();
    [[nodiscard]] bool need(std::size_t octets);

    int socket_;
    std::string received_;
    std::size_t begin_ = 0;
    std::int64_t at_ns_ = 0;  // of the last octets received
};

// When an event was made, by its "t", in nanoseconds of the wall clock; 0: it has none.
[[nodiscard]] std::int64_t made_at_ns(std::string_view event);

}  // namespace cedar::bench
