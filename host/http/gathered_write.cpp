#include "host/http/gathered_write.hpp"

#include <netinet/tcp.h>

#include <boost/asio/write.hpp>

#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

void GatheredWrite::prepare(Socket& socket, std::chrono::milliseconds silent) {
    const auto unacknowledged = static_cast<unsigned int>(silent.count());
    ErrorCode ignored;  // a peer that is gone is found by the first write
    socket.tcp().set_option(net::ip::tcp::no_delay(true), ignored);
    socket.tcp().non_blocking(true, ignored);
    ::setsockopt(socket.tcp().native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged,
                 sizeof unacknowledged);
}

bool GatheredWrite::start(Socket& socket, ErrorCode& error, std::function<void(ErrorCode)> done) {
    drop_front(socket.write_now(buffers_, error));
    if (error || buffers_.empty()) return true;
    net::async_write(socket, buffers_, [done = std::move(done)](ErrorCode failed, std::size_t) { done(failed); });
    return false;
}

// No more room than for what comes next: there are thousands that wait.
void GatheredWrite::clear() {
    constexpr std::size_t kept = 4;
    buffers_.clear();
    if (buffers_.capacity() > kept) std::vector<net::const_buffer>().swap(buffers_);
}

void GatheredWrite::drop_front(std::size_t octets) {
    auto first = buffers_.begin();
    for (; first != buffers_.end() && first->size() <= octets; ++first) octets -= first->size();
    buffers_.erase(buffers_.begin(), first);
    if (octets > 0) buffers_.front() += octets;
}

}  // namespace cedar::host::http
