#pragma once
#include "host/redis/channels.hpp"
#include "host/redis/redis_link.hpp"
#include "host/redis/redis_state.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace cedar::host::redis {

// Brings what other hosts put into the streams of watched threads. A message on a thread's channel is the event,
// and is taken where it is the next one of its run; any other only says that there is something: then the stream is
// read, after the last entry taken, so nothing is lost with a message. All threads that are to be read are read
// with one command. Thread: the loop's.
class EventFetcher : public std::enable_shared_from_this<EventFetcher> {
public:
    EventFetcher(boost::asio::io_context& io, const RedisOptions& options, ForeignEventSink& sink,
                 RedisState& state, std::shared_ptr<RedisLink> commands,
                 const std::shared_ptr<RedisLink>& messages);
    void start();

    void watch(std::int64_t thread_id);
    void unwatch(std::int64_t thread_id);
    void find_run(const std::string& run_id, std::function<void(RemoteEvents::Place)> done);

    void on_commands_up();
    void on_commands_down();
    void on_messages_up();
    void on_message(const redisReply* reply);

private:
    using Found = std::function<void(RemoteEvents::Place)>;
    enum class State { idle, due, asked };  // asked: until what came is taken
    struct Thread {
        std::size_t watchers = 0;
        std::string last_id;  // of the stream; empty: nothing taken yet
        State state = State::idle;
        bool again = false;          // there was news since it was asked
        bool alone = false;          // a command that read it with others failed
        std::vector<Found> waiting;  // to be told once all is taken
    };

    void take_told();
    void fetch(std::int64_t thread_id);
    [[nodiscard]] std::vector<std::int64_t> take_due();
    void ask();
    void on_read(const std::vector<std::int64_t>& threads, const redisReply* reply, std::size_t count);
    void on_refused(const std::vector<std::int64_t>& threads);
    void on_entries(std::int64_t thread_id, const redisReply* entries, std::size_t count);
    void on_taken(std::int64_t thread_id, const std::string& last_id, bool more);
    void tell(std::int64_t thread_id, bool found);
    void remember(std::int64_t thread_id);
    void poll();

    boost::asio::io_context& io_;
    const RedisOptions& options_;
    ForeignEventSink& sink_;
    RedisState& state_;
    const std::shared_ptr<RedisLink> commands_;
    const std::shared_ptr<Channels> channels_;
    boost::asio::steady_timer timer_;
    std::unordered_map<std::int64_t, Thread> threads_;
    std::deque<std::int64_t> remembered_;  // without a watcher, the oldest first; some more than once
    std::vector<ForeignEvent> told_;       // by messages, in this turn of the loop
    std::deque<std::int64_t> due_;         // each once
    bool asking_ = false;                  // a command is under way, or the next is about to be made
    std::uint64_t turn_ = 0;               // of the connection
};

}  // namespace cedar::host::redis
