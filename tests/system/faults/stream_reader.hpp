#pragma once
#include "tests/integration/http/client.hpp"
#include "tests/support/sse_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cedar::host {

// An event stream of a thread that is read on and on, by a client of its own address.
class StreamReader {
public:
    StreamReader(std::uint16_t port, const std::string& thread, int receive_buffer = 0,
                 const std::string& fields = {})
        : client_(port, receive_buffer, 3) {
        const auto head = client_.ask("GET", "/sse/" + thread, "", fields);
        opened = head && head->status == 200;
    }
    // Reads until there were so many messages; false when the stream ended before.
    bool read(std::size_t messages) {
        while (sse.messages.size() < messages) {
            const auto more = client_.some();
            if (more.empty()) return false;
            octets_ += more;
            sse.feed(more);
        }
        return true;
    }
    // Whether it is shown, octet by octet, what the other one has read.
    bool reads_the_same(const StreamReader& other) {
        while (octets_.size() < other.octets_.size()) {
            const auto more = client_.some();
            if (more.empty()) return false;
            octets_ += more;
        }
        return octets_.compare(0, other.octets_.size(), other.octets_) == 0;
    }
    // Reads until the host ends it; false when it only fell silent.
    bool read_to_end() {
        for (auto more = client_.some(); !more.empty(); more = client_.some()) sse.feed(more);
        return client_.closed();
    }
    [[nodiscard]] std::vector<std::string> seen() const {
        std::vector<std::string> out;
        for (const auto& message : sse.messages) out.push_back(message.data);
        return out;
    }
    void leave() { client_.shut(); }

    SseReader sse;
    bool opened = false;

private:
    http::Client client_;
    std::string octets_;  // of the stream, as read() and reads_the_same() had them
};

}  // namespace cedar::host
