#pragma once
#include "host/ports/service.hpp"
#include "host/services/llm/options.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
}

namespace cedar::host {
class Clock;
class Log;
}  // namespace cedar::host

namespace cedar::host::services::llm {

struct LlmCounters {
    std::uint64_t calls = 0, failures = 0, retries = 0, cancelled = 0;
    std::size_t running = 0, queued = 0;  // transfers; calls that wait
    double cost_today = 0;                // US dollars, UTC day
    std::string_view breaker = "closed";
};

// "llm.chat": messages in, one answer out (chat_call.hpp, call_report.hpp). Each call has its place in one queue,
// attempts under the retry rules, the time limits of options.hpp, and one reply. Cancelling a call closes its
// transfer before anything else starts. `stream: true` passes text on as `token` emissions as it comes.
//
// Ownership: `loop`, `clock` and `log` outlive it. All work is done on the one thread that runs `loop`; destroy it
// after that thread has ended or on it. Thread: call() any.
class LlmChat final : public Service {
public:
    LlmChat(LlmOptions options, boost::asio::io_context& loop, const Clock& clock, Log& log);
    ~LlmChat() override;  // answers what is under way with CEDAR_CANCELLED

    [[nodiscard]] std::string_view name() const override { return "llm.chat"; }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override;

    // Answers what is under way with CEDAR_CANCELLED, now rather than when the last owner goes. Thread: as the
    // destructor.
    void close();

    [[nodiscard]] LlmCounters counters() const;  // any thread
    void forget_run(std::string_view run_id);    // the run is over: its budget is no longer kept

    // The model that a name or role means. Any thread.
    [[nodiscard]] std::string model_named(const std::string& name_or_role) const;
    // What is known of the endpoint with that model: configured or learnt. A call of a mode known not to be there
    // is refused. Any thread.
    [[nodiscard]] std::optional<Capabilities> capabilities(const std::string& model) const;
    void learn(const std::string& model, const Capabilities& capabilities);

private:
    class Engine;
    std::shared_ptr<Engine> engine_;
};

}  // namespace cedar::host::services::llm
