#include "host/http/wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

namespace {

constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t kept_bytes = 1024;  // of room for what is sent, between turns

}  // namespace

Wire::Wire(Socket socket, WireOwner& owner) : socket_(std::move(socket)), owner_(owner) {
    ErrorCode ignored;  // then each write takes a turn of the loop
    socket_.tcp().non_blocking(true, ignored);
    if (socket_.secure()) secure_octets_ = std::make_unique<std::array<char, 4096>>();
}

void Wire::send(std::string_view frames) {
    if (failure_ || frames.empty()) return;
    if (!busy_ && pending_.empty()) frames.remove_prefix(write_now(frames));
    pending_ += frames;
    flush();
}

void Wire::send_later(std::string_view frames) {
    if (failure_ || frames.empty()) return;
    pending_ += frames;
    if (busy_ || std::exchange(flush_due_, true)) return;
    net::post(socket_.get_executor(), [this, held = owner_.held()] {
        flush_due_ = false;
        flush();
    });
}

void Wire::flush() {
    if (busy_ || pending_.empty()) return;
    const auto taken = write_now(pending_);
    pending_.erase(0, taken);
    if (!pending_.empty()) return write_more();
    if (pending_.capacity() > kept_bytes) std::string().swap(pending_);
}

// Mostly the system takes all of it at once: no turn of the loop. An error shows again with the next write.
std::size_t Wire::write_now(std::string_view frames) {
    ErrorCode error;
    const auto taken = socket_.write_now(net::buffer(frames), error);
    return error ? 0 : taken;
}

void Wire::write_more() {
    if (written_ == writing_.size()) {
        writing_.clear();
        written_ = 0;
        std::swap(writing_, pending_);
    }
    busy_ = true;
    waits_since_ = std::chrono::steady_clock::now();
    socket_.async_write_some(
        net::buffer(writing_) + written_,
        [this, held = owner_.held()](ErrorCode error, std::size_t octets) { on_written(error, octets); });
}

void Wire::on_written(ErrorCode error, std::size_t octets) {
    busy_ = false;
    if (error) {
        failure_ = error;
        pending_.clear();
        writing_.clear();
        written_ = 0;
        return owner_.on_drained();
    }
    written_ += octets;
    if (queued() > 0) return write_more();
    release();
    owner_.on_drained();
}

// A socket that was busy once and waits for long gives its memory back.
void Wire::release() {
    for (std::string* text : {&writing_, &pending_}) std::string().swap(*text);
    written_ = 0;
}

// The room for what comes belongs to the thread: a socket that is silent has none.
void Wire::read() {
    if (socket_.secure()) {
        socket_.async_read_some(net::buffer(*secure_octets_),
                                [this, held = owner_.held()](ErrorCode error, std::size_t size) {
                                    owner_.on_octets({secure_octets_->data(), error ? 0 : size}, error);
                                });
        return;
    }
    socket_.tcp().async_wait(Socket::Tcp::wait_read, [this, held = owner_.held()](ErrorCode error) {
        if (error) return owner_.on_octets({}, error);
        read_now();
    });
}

void Wire::read_now() {
    thread_local std::array<char, read_bytes> octets;
    ErrorCode error;
    const auto size = socket_.tcp().read_some(net::buffer(octets), error);
    if (error == net::error::would_block || error == net::error::try_again) return read();
    owner_.on_octets({octets.data(), error ? 0 : size}, error);
}

}  // namespace cedar::host::http
