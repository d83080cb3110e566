#pragma once
#include "host/http/socket.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host::http {

// Who speaks over a wire. Called on the connection's strand, never from within a call to the wire.
class WireOwner {
public:
    using ErrorCode = boost::system::error_code;

    virtual ~WireOwner() = default;
    // What a read has brought, to be used up before it returns; with an error, nothing.
    virtual void on_octets(std::span<char> octets, ErrorCode error) = 0;
    // The queue, which had waited for the system, is empty, or the wire has failed.
    virtual void on_drained() = 0;
    // Keeps the owner, whose part the wire is, as long as something is under way.
    [[nodiscard]] virtual std::shared_ptr<WireOwner> held() = 0;
};

// The octets under one WebSocket. What goes out is given to the system at once; what that does not take is
// gathered and follows in as few writes as there can be. Reading needs no room while nothing comes.
// Belongs to the connection's strand.
class Wire {
public:
    using ErrorCode = WireOwner::ErrorCode;
    using Time = std::chrono::steady_clock::time_point;

    Wire(Socket socket, WireOwner& owner);

    [[nodiscard]] Socket& socket() { return socket_; }
    // Queues whole frames, and gives them to the system as far as it takes them.
    void send(std::string_view frames);
    // The same at the end of this turn of the loop: a peer that waits is woken once the turn's work is done, and
    // what several messages are answered with goes out together.
    void send_later(std::string_view frames);
    [[nodiscard]] std::size_t queued() const { return pending_.size() + writing_.size() - written_; }
    // The system has what it takes, and the rest waits.
    [[nodiscard]] bool busy() const { return busy_; }
    // When the write that waits began, or was last taken from.
    [[nodiscard]] Time waits_since() const { return waits_since_; }
    [[nodiscard]] bool failed() const { return failure_.failed(); }

    // Tells the owner once of what comes next. One at a time.
    void read();

private:
    std::size_t write_now(std::string_view frames);
    void flush();
    void write_more();
    void on_written(ErrorCode error, std::size_t octets);
    void read_now();
    void release();

    Socket socket_;
    WireOwner& owner_;
    std::string pending_, writing_;  // what comes next; what the system is given now
    std::size_t written_ = 0;        // of writing_
    bool busy_ = false, flush_due_ = false;
    Time waits_since_{};
    ErrorCode failure_;
    std::unique_ptr<std::array<char, 4096>> secure_octets_;  // read into, under TLS
};

}  // namespace cedar::host::http
