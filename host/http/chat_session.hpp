#pragma once
#include "host/http/chat_channel.hpp"
#include "host/http/context.hpp"
#include "host/http/deadline.hpp"
#include "host/http/socket.hpp"
#include "host/http/wire.hpp"
#include "host/http/ws_handshake.hpp"
#include "host/http/ws_reader.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host::http {

// A chat socket: the reader says what comes in, the channel what it means, and events go to the wire as ready-made
// frames. On the socket's strand.
class ChatSession final : public Connection, public WireOwner, public std::enable_shared_from_this<ChatSession> {
public:
    ChatSession(Socket socket, std::int64_t project_id, ServerContextPtr context, Connections::Ticket ticket,
                bool inflates);

    // `extensions`: what is answered to those that were offered. `early`: octets that came after the handshake.
    void start(const Handshake& handshake, const std::string& extensions, std::string early);
    void stop() override;
    void cut() override;
    void check_login() override { waker()(); }
    void on_octets(std::span<char> octets, ErrorCode error) override;
    void on_drained() override;
    [[nodiscard]] std::shared_ptr<WireOwner> held() override { return shared_from_this(); }

private:
    using Clock = std::chrono::steady_clock;

    void read();
    void take(std::span<char>& octets);
    void time_message(bool waits_for_us);
    void on_message(const std::string_view* text);
    void on_ping(std::string_view payload);
    void send_pong();
    void pump();
    [[nodiscard]] bool send_events(std::size_t room);
    void go_on_reading();
    void close(CloseCode code, std::string_view reason = {});
    void begin_close(std::string_view frame, std::chrono::milliseconds limit);
    void on_close(std::string_view code);
    void fail(CloseCode code);
    void part();
    void end_login();
    void look();
    void end_message();
    void ping();
    void cut_slow();
    [[nodiscard]] bool logged_in() const { return context_->holds(ticket_.login()); }
    [[nodiscard]] bool may_say();
    void refuse_talk();
    void finish();
    [[nodiscard]] std::function<void()> waker();
    void ask_turn();

    ServerContextPtr context_;
    Connections::Ticket ticket_;
    Wire wire_;
    std::int64_t project_id_;
    WsReader reader_;
    Deadline deadline_;
    TokenBucket messages_;
    std::unique_ptr<ChatChannel> channel_;
    std::shared_ptr<std::atomic<bool>> woken_ = std::make_shared<std::atomic<bool>>(false);
    std::string unread_;  // came while there was no room for answers
    std::string pong_;
    Clock::time_point heard_{}, close_by_{};
    Clock::time_point begun_{};  // a message that is not whole yet; epoch: none
    std::size_t discarded_ = 0;
    bool reading_ = false, pinged_ = false, pong_due_ = false;
    bool answering_ = false;  // what was read: others may have been, too, whom to answer is the same turn's work
    bool closing_ = false;    // our close frame is on its way
    bool parting_ = false;    // the peer's has come, or will not be waited for
    bool finished_ = false;
};

// Answers the handshake and lives as the chat socket of an existing project until it closes.
// `early`: octets that came after the handshake. Call on the socket's strand.
void open_chat_session(Socket socket, std::string early, const Handshake& handshake, std::int64_t project_id,
                       ServerContextPtr context, Connections::Ticket ticket);

}  // namespace cedar::host::http
