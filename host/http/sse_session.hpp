#pragma once
#include "host/http/context.hpp"
#include "host/http/deadline.hpp"
#include "host/http/gathered_write.hpp"
#include "host/http/socket.hpp"
#include "host/http/sse_feed.hpp"
#include "host/http/sse_request.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host::http {

// One reader of a thread. It keeps a position and what one write holds, no queue: it takes from the feed what all
// readers share, or from the log what lies further back.
class SseSession final : public Connection, public SseReader, public std::enable_shared_from_this<SseSession> {
public:
    SseSession(Socket socket, StreamRequest asked, ServerContextPtr context, Connections::Ticket ticket)
        : context_(std::move(context)),
          ticket_(std::move(ticket)),
          socket_(std::move(socket)),
          timer_(context_->wheel, socket_.get_executor()),
          asked_(std::move(asked)) {}

    void start();
    void stop() override;
    void cut() override;
    void check_login() override { wake(); }
    void wake() override;

private:
    using ErrorCode = boost::system::error_code;

    void watch_peer();
    void begin(std::optional<std::uint64_t> position);
    void tell_gap(std::string_view reason);
    void tell_degraded();
    void move_to(std::uint64_t position);
    void ask_turn();
    void take_turn();
    void read_history();
    void ask_to_show(SsePast::PagePtr page);
    void show(SsePast::PagePtr page);
    void pump();
    void go_on(bool in_turn);
    bool go_further(bool in_turn);
    void take_more(bool in_turn);
    void write();
    void release();
    void on_written(ErrorCode error);
    void tick();
    void on_tick();
    void cut_slow();
    bool end();
    void end_login();
    void finish();

    ServerContextPtr context_;
    Connections::Ticket ticket_;
    Socket socket_;
    Deadline timer_;
    StreamRequest asked_;
    std::shared_ptr<SseFeed> feed_;

    std::uint64_t position_ = 0;
    std::uint64_t sent_ = 0;  // live: octets of the feed that it has
    std::vector<SseFrame> frames_;
    SsePast::PagePtr page_;       // that page_text_ is a part of
    std::string_view page_text_;  // of its history
    std::string text_;            // of its own: head, comments
    std::string writing_;
    GatheredWrite gathered_;
    std::chrono::steady_clock::time_point write_began_{}, comment_at_{};
    std::atomic<bool> woken_{false};
    std::array<char, 16> ignored_{};
    bool begun_ = false;    // it is known where the reader is; until then there is nothing to show
    bool waiting_ = false;  // for its turn
    bool live_ = false, reading_ = false, busy_ = false, told_gap_ = false, degraded_ = false;
    bool stopping_ = false, ending_ = false, finished_ = false;
};

// Answers with an event stream and lives as that until either side ends it. Call on the socket's strand.
void open_sse_session(Socket socket, StreamRequest asked, ServerContextPtr context, Connections::Ticket ticket);

}  // namespace cedar::host::http
