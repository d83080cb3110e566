#pragma once
#include "host/http/chat_message.hpp"
#include "host/http/server.hpp"
#include "host/http/text_frames.hpp"
#include "host/ports/event_log.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host::http {

// What one chat socket says and hears, without the socket: messages in, frames out. It holds a cursor into the
// event log for each run it watches and no queue of its own, so a slow reader costs no memory. Destroying it stops
// no run. Not thread-safe: the connection's strand.
class ChatChannel {
public:
    static constexpr std::size_t max_own_events = 32;

    // `ports` outlives it. `wake` is called on any thread when take() may have something new; it returns at once.
    ChatChannel(const ServerPorts& ports, std::int64_t project_id, std::size_t max_runs,
                std::function<void()> wake);
    ~ChatChannel();
    ChatChannel(const ChatChannel&) = delete;
    ChatChannel& operator=(const ChatChannel&) = delete;

    void on_text(std::string_view text);
    void on_binary();
    // The client says more than it may: says so, as the last thing.
    void on_flood();
    // Refuses chats from now on; what is watched goes on.
    void drain() { draining_ = true; }

    // How the peer takes its frames; before the first take().
    void set_frames(TextFrames frames) { frames_ = frames; }
    // Events that readers who were behind were not shown, since the last call.
    [[nodiscard]] std::size_t take_skipped() { return std::exchange(skipped_, 0); }

    // Appends events as text frames to `out`, until it holds `room` octets or nothing is left. At least one event
    // is appended if there is one and `room` is not used up.
    void take(std::string& out, std::size_t room);
    // Whether enough unsent answers of its own wait that no further message should be read.
    [[nodiscard]] bool full() const { return own_.size() >= max_own_events; }
    // Something was said, everything is answered, no run is watched, and nobody asked to keep the socket.
    [[nodiscard]] bool over() const;

private:
    // A page that was asked for, put here by whatever thread had it.
    struct Box {
        std::mutex mutex;
        std::optional<EventLog::RunPage> page;
    };
    // A run as it is being shown: what happened before is fetched page by page, then it is read as it happens.
    struct Watch {
        std::string run_id;
        std::uint64_t after_seq = 0;
        std::shared_ptr<std::atomic<bool>> news = std::make_shared<std::atomic<bool>>(true);
        std::unique_ptr<Subscription> subscription;
        std::shared_ptr<Box> box;     // while a page is under way
        std::deque<EventPtr> replay;  // of a page, not yet sent
        bool checked = false;         // it is a run of this project
        bool behind = false;          // there was no room for all that had happened
    };
    enum class Taken { more, nothing, over };

    void on_message(ChatRequest request);
    void on_message(const CancelMessage& message);
    void on_message(const ResumeMessage& message);
    void take_own(std::string& out, std::size_t room);
    [[nodiscard]] bool has_place();
    void follow(Watch& watch);
    void fetch(Watch& watch);
    bool open_page(Watch& watch);
    bool check(Watch& watch, const EventLog::RunPage& page);
    Taken take_replay(Watch& watch, std::string& out, std::size_t room);
    Taken take_live(Watch& watch, std::string& out, std::size_t room);
    bool take_run(Watch& watch, std::string& out, std::size_t room);
    // Whether the run has events in memory; those of other projects are as unknown.
    [[nodiscard]] bool is_known(std::string_view run_id) const;
    // An event of the same form as all others: what was refused is a run of its own that ended with its first
    // event.
    void say_error(std::string_view error, ErrorCode code, std::string_view detail);

    const ServerPorts& ports_;
    std::int64_t project_id_;
    std::size_t max_runs_;
    std::function<void()> wake_;
    std::list<Watch> watches_;
    std::vector<std::string> own_;  // events that belong to no run
    TextFrames frames_;
    std::size_t skipped_ = 0;
    bool keep_open_ = false, spoken_to_ = false, draining_ = false;
};

}  // namespace cedar::host::http
