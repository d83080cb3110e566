#include "host/http/wire.hpp"

#include "host/core/check.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

Wire::Wire(Socket socket, std::string early, FrameMeter meter, std::chrono::milliseconds write_time)
    : socket_(std::move(socket)),
      early_(std::move(early)),
      meter_(meter),
      write_time_(write_time),
      deadline_(socket_.get_executor()) {
    ErrorCode ignored;  // then each write takes a turn of the loop
    socket_.tcp().non_blocking(true, ignored);
}

void Wire::send(std::string_view frames) {
    if (failure_ || frames.empty()) return;
    if (!busy_) frames.remove_prefix(write_now(frames));
    if (frames.empty()) return;
    pending_ += frames;
    if (!busy_) write_more();
}

// Mostly the system takes all of it at once: no timer, no turn of the loop. An error shows again with the next
// write.
std::size_t Wire::write_now(std::string_view frames) {
    ErrorCode error;
    const auto taken = socket_.write_now(net::buffer(frames), error);
    if (error) return 0;
    count_for_writer(taken);
    if (taken == frames.size() && !std::exchange(telling_, true)) {
        net::post(socket_.get_executor(), [self = shared_from_this()] {
            self->telling_ = false;
            if (self->queued() == 0) self->tell_session();
        });
    }
    return taken;
}

void Wire::count_for_writer(std::size_t octets) {
    if (!writer_) return;
    writer_after_ -= std::min(octets, writer_after_);
    if (writer_after_ == 0) tell_writer({});
}

void Wire::send(std::string_view octets, Written written) {
    CEDAR_CHECK(!writer_);
    if (failure_) return written(failure_);
    writer_ = std::move(written);
    writer_after_ = queued() + octets.size();
    send(octets);
}

void Wire::write_more() {
    if (written_ == writing_.size()) {
        writing_.clear();
        written_ = 0;
        std::swap(writing_, pending_);
    }
    busy_ = true;
    deadline_.arm(write_time_, weak_from_this(), &Wire::on_stuck);
    socket_.async_write_some(
        net::buffer(writing_) + written_,
        [self = shared_from_this()](ErrorCode error, std::size_t octets) { self->on_written(error, octets); });
}

void Wire::on_written(ErrorCode error, std::size_t octets) {
    deadline_.disarm();
    busy_ = false;
    if (error) {
        failure_ = error;
        pending_.clear();
        writing_.clear();
        written_ = 0;
        tell_writer(error);
        return tell_session();
    }
    written_ += octets;
    count_for_writer(octets);
    if (queued() > 0) return write_more();
    release();
    tell_session();
}

// A socket that was busy once and waits for long gives its memory back.
void Wire::release() {
    constexpr std::size_t kept = 16 * 1024;
    for (std::string* text : {&writing_, &pending_}) {
        text->clear();
        if (text->capacity() > kept) text->shrink_to_fit();
    }
    written_ = 0;
}

// From a copy: the callback may replace itself.
void Wire::tell_session() {
    const auto drained = drained_;
    if (drained) drained();
}

void Wire::on_stuck() {
    stuck_ = true;
    ErrorCode ignored;  // it is closed whatever the system says to that
    socket_.close(ignored);
}

void Wire::tell_writer(ErrorCode error) {
    if (const auto writer = std::exchange(writer_, nullptr)) writer(error);
}

bool Wire::meter(std::span<const std::byte> octets) {
    flooded_ = flooded_ || !meter_.take(octets, std::chrono::steady_clock::now());
    return !flooded_;
}

}  // namespace cedar::host::http
