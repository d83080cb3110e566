#include "tools/llm-stub/connection.hpp"

#include "host/core/json.hpp"
#include "tools/llm-stub/completion.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cctype>

namespace cedar::llm_stub {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kHeadMax = 64 * 1024;
constexpr std::size_t kBodyMax = std::size_t{64} << 20;
constexpr std::size_t kBodiesKept = 2000;
constexpr int kNoRule = 500;

std::size_t content_length(std::string head) {
    std::ranges::transform(head, head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = head.find("\r\ncontent-length:");
    if (at == std::string::npos) return 0;
    return static_cast<std::size_t>(std::strtoull(head.c_str() + at + 17, nullptr, 10));
}

bool wants_stream(const std::string& body) {
    return body.find("\"stream\":true") != std::string::npos;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, State& state)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), state_(state) {
    ++state_.connections;
}

Connection::~Connection() {
    --state_.connections;
    finish(false);
}

void Connection::read_request() {
    asio::async_read_until(socket_, asio::dynamic_buffer(input_, kHeadMax), "\r\n\r\n",
                           [self = shared_from_this()](const auto& error, std::size_t size) {
                               if (error) return;
                               const auto head = self->input_.substr(0, size);
                               self->input_.erase(0, size);
                               self->on_head(head);
                           });
}

void Connection::on_head(const std::string& head) {
    method_ = head.substr(0, head.find(' '));
    const auto from = std::min(method_.size() + 1, head.size());
    target_ = head.substr(from, head.find(' ', from) - from);
    const auto length = std::min(content_length(head), kBodyMax);
    const auto missing = length - std::min(length, input_.size());
    asio::async_read(socket_, asio::dynamic_buffer(input_), asio::transfer_exactly(missing),
                     [self = shared_from_this(), length](const auto& error, std::size_t) {
                         if (error) return;
                         self->body_ = self->input_.substr(0, length);
                         self->input_.erase(0, length);
                         self->on_request();
                     });
}

void Connection::on_request() {
    if (target_.ends_with("/chat/completions")) return answer();
    control();
}

void Connection::control() {
    if (target_.ends_with("/models")) {
        reply_ = state_.script.reply_to("GET /models");
        if (reply_.status == kNoRule || reply_.text) {  // a rule for any chat says nothing of the models
            return reply_now(200, R"({"object":"list","data":[{"id":"stub"},{"id":"gpt-5"},{"id":"gpt-5-mini"},)"
                                  R"({"id":"gpt-5-nano"}]})");
        }
        return reply_now(reply_.status, reply_.body);
    }
    if (target_ == "/counters") {
        return reply_now(200, "{\"calls\":" + std::to_string(state_.calls) +
                                  ",\"live\":" + std::to_string(state_.live) +
                                  ",\"completed\":" + std::to_string(state_.completed) +
                                  ",\"aborted\":" + std::to_string(state_.aborted) +
                                  ",\"connections\":" + std::to_string(state_.connections) + "}");
    }
    if (target_ == "/requests") {
        std::string out = "[";
        for (const auto& body : state_.bodies) out += (out.size() > 1 ? "," : "") + host::json_string(body);
        return reply_now(200, out + "]");
    }
    if (target_ == "/rules" && method_ == "POST") {
        auto script = Script::parse(body_);
        if (!script) return reply_now(400, "{\"error\":" + host::json_string(script.error().message) + "}");
        state_.script = std::move(*script);
        return reply_now(200, "{}");
    }
    reply_now(404, "{\"error\":\"expected /v1/chat/completions, /rules, /requests or /counters\"}");
}

void Connection::reply_now(int status, std::string body) {
    reply_ = {};
    reply_.status = status;
    reply_.body = std::move(body);
    pieces_.clear();
    queue_reply();
    send_next();
}

void Connection::answer() {
    ++state_.calls;
    ++state_.live;
    live_ = true;
    state_.bodies.push_back(body_);
    if (state_.bodies.size() > kBodiesKept) state_.bodies.pop_front();
    reply_ = state_.script.reply_to(body_);
    watch_for_close();
    if (reply_.fault == Fault::hang) return;
    timer_.expires_after(reply_.delay);
    timer_.async_wait([self = shared_from_this()](const auto& error) {
        if (!error && self->live_) self->begin();
    });
}

// Sees the client go away while nothing is being written.
void Connection::watch_for_close() {
    socket_.async_receive(asio::buffer(&probe_, 1), asio::socket_base::message_peek,
                          [self = shared_from_this()](const auto& error, std::size_t) {
                              if (!error || error == asio::error::operation_aborted || !self->live_) return;
                              self->finish(false);
                              self->timer_.cancel();
                              self->reset();
                          });
}

void Connection::begin() {
    if (reply_.fault == Fault::close || reply_.fault == Fault::reset) {
        finish(true);
        if (reply_.fault == Fault::reset) return reset();
        boost::system::error_code ignored;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
        return;
    }
    pieces_.clear();
    queue_reply();
    if (reply_.fault == Fault::stall || reply_.fault == Fault::truncate) {
        stall_after_ = reply_.fault == Fault::stall;
        close_after_ = !stall_after_;
        if (pieces_.size() > 2) pieces_.resize(pieces_.size() / 2);
        if (pieces_.size() == 2) pieces_[1].resize(pieces_[1].size() / 2);
    }
    send_next();
}

void Connection::queue_reply() {
    if (reply_.text && reply_.status == 200 && wants_stream(body_)) {
        pieces_.push_back(head(reply_, "text/event-stream", std::nullopt));
        for (const auto& piece : stream_pieces(*reply_.text, reply_.chunk_chars))
            pieces_.push_back(as_chunk(piece));
        if (reply_.endless) pieces_.resize(pieces_.size() - 3);
        if (!reply_.endless) pieces_.emplace_back("0\r\n\r\n");
        return;
    }
    const auto body = reply_.text ? completion(*reply_.text) : reply_.body;
    pieces_.push_back(head(reply_, reply_.content_type, body.size()));
    const auto step = reply_.drip_bytes == 0 ? std::max<std::size_t>(body.size(), 1) : reply_.drip_bytes;
    for (std::size_t at = 0; at < body.size(); at += step) pieces_.push_back(body.substr(at, step));
    if (reply_.drip_bytes == 0 && pieces_.size() == 2 && reply_.fault == Fault::none) {
        pieces_[0] += pieces_[1];
        pieces_.pop_back();
    }
}

void Connection::send_next() {
    if (pieces_.empty()) {
        if (stall_after_) return;
        finish(true);
        if (close_after_) {
            boost::system::error_code ignored;
            socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
            return;
        }
        socket_.cancel();
        return read_request();
    }
    sending_ = std::move(pieces_.front());
    pieces_.pop_front();
    if (reply_.endless && pieces_.empty()) pieces_.push_back(sending_);
    asio::async_write(socket_, asio::buffer(sending_), [self = shared_from_this()](const auto& error, std::size_t) {
        if (error) return self->finish(false);
        if (self->reply_.chunk_gap.count() == 0) return self->send_next();
        self->timer_.expires_after(self->reply_.chunk_gap);
        self->timer_.async_wait([self](const auto& failed) {
            if (!failed) self->send_next();
        });
    });
}

void Connection::finish(bool completed) {
    if (!std::exchange(live_, false)) return;
    --state_.live;
    ++(completed ? state_.completed : state_.aborted);
}

void Connection::reset() {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

}  // namespace cedar::llm_stub
