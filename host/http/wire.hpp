#pragma once
#include "host/http/deadline.hpp"
#include "host/http/socket.hpp"
#include "host/http/ws_frames.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host::http {

// The octets under one WebSocket: an outgoing queue that gathers all frames of a loop turn into one write, whoever
// made them (the session its events, Beast its control frames), and a meter on what comes in.
// Belongs to the connection's strand.
class Wire : public std::enable_shared_from_this<Wire> {
public:
    using ErrorCode = boost::system::error_code;
    using Written = std::function<void(ErrorCode)>;

    // `early`: octets that were read already. `write_time`: without progress for so long, the socket is closed.
    Wire(Socket socket, std::string early, FrameMeter meter, std::chrono::milliseconds write_time);

    [[nodiscard]] Socket& socket() { return socket_; }
    // Queues whole frames.
    void send(std::string_view frames);
    // The same; `written` is called when they are with the system, or can not be.
    void send(std::string_view octets, Written written);
    [[nodiscard]] std::size_t queued() const { return pending_.size() + writing_.size() - written_; }
    // Called whenever the queue has become empty, and when the wire has failed.
    void on_drained(std::function<void()> drained) { drained_ = std::move(drained); }
    [[nodiscard]] bool failed() const { return failure_.failed(); }
    // The reader took nothing for `write_time`.
    [[nodiscard]] bool stuck() const { return stuck_; }
    // The peer sends frames that no honest client sends.
    [[nodiscard]] bool flooded() const { return flooded_; }

    [[nodiscard]] std::string_view early() const { return std::string_view(early_).substr(early_taken_); }
    void take_early(std::size_t octets) { early_taken_ += octets; }
    // False: the peer broke a bound, and nothing more of it may be read.
    [[nodiscard]] bool meter(std::span<const std::byte> octets);

private:
    std::size_t write_now(std::string_view frames);
    void count_for_writer(std::size_t octets);
    void write_more();
    void on_written(ErrorCode error, std::size_t octets);
    void on_stuck();
    void tell_writer(ErrorCode error);
    void tell_session();
    void release();

    Socket socket_;
    std::string early_;
    std::size_t early_taken_ = 0;
    FrameMeter meter_;
    std::chrono::milliseconds write_time_;
    Deadline deadline_;
    std::string pending_, writing_;  // what comes next; what the system is given now
    std::size_t written_ = 0;        // of writing_
    bool busy_ = false, telling_ = false, stuck_ = false, flooded_ = false;
    ErrorCode failure_;
    Written writer_;                // one at most: Beast has one write under way
    std::size_t writer_after_ = 0;  // octets still to be written before it is told
    std::function<void()> drained_;
};

}  // namespace cedar::host::http
