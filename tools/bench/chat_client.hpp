#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::bench {

// A chat socket's client end: blocking, over loopback, with no more work of its own than to find where messages
// end.
class ChatClient {
public:
    // Connects and upgrades; ends the program with a message when that fails.
    explicit ChatClient(std::uint16_t port);
    ~ChatClient();
    ChatClient(const ChatClient&) = delete;
    ChatClient& operator=(const ChatClient&) = delete;

    void send_text(std::string_view message);
    // The next text message, in the client's memory until the next call. Empty: the connection has ended.
    [[nodiscard]] std::string_view next();

private:
    [[nodiscard]] bool fill();
    [[nodiscard]] bool need(std::size_t octets);  // of what has not been taken
    void send_all(std::string_view octets) const;

    int socket_ = -1;
    std::vector<char> buffer_;
    std::size_t begin_ = 0, end_ = 0;
};

}  // namespace cedar::bench
