#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::bench {

// Many WebSockets of one thread, opened at once and then held. Thread: one.
class SocketCrowd {
public:
    SocketCrowd(std::uint16_t port, std::string path);
    ~SocketCrowd();
    SocketCrowd(const SocketCrowd&) = delete;
    SocketCrowd& operator=(const SocketCrowd&) = delete;

    // Opens so many, some hundreds under way at a time; those that cannot be opened are counted. Seconds.
    [[nodiscard]] double open(std::size_t count);
    [[nodiscard]] std::size_t failed() const { return failed_; }
    // Sends `message` on each, and again on each whose answer has come, for so many seconds. Answers a second; 0:
    // an answer did not come, or was not a text message that holds `answer`.
    [[nodiscard]] double talk(std::string_view message, std::string_view answer, double seconds);

private:
    struct One {
        int socket = -1;
        bool open = false;
        std::string rest;
    };
    void begin_one();
    void on_opening(std::size_t index);
    // Whole messages in what one has; false: not what was expected.
    [[nodiscard]] bool take(One& one, std::string_view octets, std::string_view answer, std::size_t& whole);

    std::uint16_t port_;
    std::string request_;
    int epoll_;
    std::vector<One> all_;
    std::size_t opened_ = 0, failed_ = 0;
};

}  // namespace cedar::bench
