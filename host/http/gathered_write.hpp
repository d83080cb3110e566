#pragma once
#include "host/http/socket.hpp"

#include <boost/asio/buffer.hpp>

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

namespace cedar::host::http {

// Pieces of text that go out together: what the system takes at once, nearly always all of it, without a turn of
// the loop, and the rest when it can. Its owner keeps the texts and itself until then. On the strand.
class GatheredWrite {
public:
    using ErrorCode = boost::system::error_code;

    // Makes a socket ready for it: non-blocking, nothing held back, and given up when the peer's system
    // acknowledges nothing for `silent`.
    static void prepare(Socket& socket, std::chrono::milliseconds silent);
    void add(std::string_view text) {
        if (!text.empty()) buffers_.push_back(boost::asio::buffer(text));
    }
    // Writes what was added. True: it is over, with or without an error. False:
    // `done` will tell, on the strand.
    [[nodiscard]] bool start(Socket& socket, ErrorCode& error, std::function<void(ErrorCode)> done);
    // Forgets what was added.
    void clear();

private:
    void drop_front(std::size_t octets);

    std::vector<boost::asio::const_buffer> buffers_;
};

}  // namespace cedar::host::http
