#pragma once
#include "host/core/now.hpp"
#include "host/services/llm/call_state.hpp"
#include "host/services/llm/circuit_breaker.hpp"
#include "host/services/llm/llm_chat.hpp"
#include "host/services/llm/token_bucket.hpp"

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <unordered_map>

namespace cedar::host::services::llm {

// The queue, the attempts and the rules behind LlmChat. All but counters() runs on the loop's thread.
class LlmChat::Engine : public std::enable_shared_from_this<LlmChat::Engine> {
public:
    Engine(LlmOptions options, boost::asio::io_context& loop, const Clock& clock, Log& log);

    void accept(std::uint64_t id, std::string component, ServiceCall meta, Done done);
    void cancel(std::uint64_t id);
    void close();

    [[nodiscard]] LlmCounters counters() const;
    [[nodiscard]] boost::asio::io_context& loop() { return loop_; }
    [[nodiscard]] std::uint64_t next_id() { return ++last_id_; }
    Spend& spend() { return spend_; }
    [[nodiscard]] const std::string& model_named(const std::string& name_or_role) const {
        return model_of(options_, name_or_role);
    }
    [[nodiscard]] std::optional<Capabilities> capabilities(const std::string& model) const;
    void learn(const std::string& model, const Capabilities& capabilities);

private:
    using CallPtr = std::shared_ptr<CallState>;

    [[nodiscard]] std::optional<CallFailure> refuse(CallState& call);

    // Waiting for a place.
    void enqueue(const CallPtr& call, bool front);
    void pump();
    void pump_later(std::chrono::milliseconds wait);
    bool reserve(const CallPtr& call);
    void leave_queue(const CallPtr& call);

    // One attempt.
    void begin_attempt(const CallPtr& call);
    void on_head(const CallPtr& call, const HttpHead& head);
    bool on_data(const CallPtr& call, std::string_view bytes);
    void on_end(const CallPtr& call, HttpEnd end, const std::string& words);
    void watch_time(const CallPtr& call);
    void out_of_time(const CallPtr& call);

    // What follows from it.
    void show(const CallPtr& call, std::string_view delta);
    void succeeded(const CallPtr& call, ChatReply reply);
    void failed(const CallPtr& call, const AttemptFailure& why, CallFailure failure);
    void finish(const CallPtr& call, const ServiceReply& reply);
    void give_up(const CallPtr& call, const CallFailure& failure);  // finish, with what was used so far
    void settle(const CallPtr& call, double actual);
    [[nodiscard]] Usage used_so_far(const CallState& call) const;

    void note(const Error& error) const;
    [[nodiscard]] SteadyTime now() const;
    [[nodiscard]] std::int64_t today() const;

    LlmOptions options_;
    boost::asio::io_context& loop_;
    const Clock& clock_;
    Log& log_;
    std::unique_ptr<HttpTransport> transport_;
    HttpTransport::TargetId wholes_, streams_;  // where answers come from in one piece, and in many
    std::unordered_map<std::uint64_t, CallPtr> calls_;
    std::deque<CallPtr> queue_;
    std::size_t running_ = 0;
    CircuitBreaker breaker_;
    std::string last_fault_;  // of the endpoint, in our words
    TokenBucket requests_, tokens_;
    Spend spend_;
    std::minstd_rand jitter_;
    boost::asio::steady_timer pump_timer_;
    bool closed_ = false;
    std::atomic<std::uint64_t> last_id_{0};
    mutable std::mutex counters_mutex_;  // guards what follows
    LlmCounters counters_;
    std::map<std::string, Capabilities, std::less<>> capabilities_;  // learnt, by model
};

}  // namespace cedar::host::services::llm
