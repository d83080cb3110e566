#include "host/services/llm/engine.hpp"

#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"
#include "host/services/llm/failures.hpp"

#include <cedar/abi.h>

#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace cedar::host::services::llm {

using std::chrono::milliseconds;

namespace {
// Reserved for an answer whose length nobody bounded.
constexpr std::uint32_t kOutputTokensGuess = 4096;
constexpr std::uint64_t kCharsPerToken = 4;

HttpTarget completions(const LlmOptions& options, const std::string& accept) {
    HttpTarget target;
    target.url = options.base_url + "/chat/completions";
    target.headers = {"Content-Type: application/json", "Authorization: Bearer " + options.api_key,
                      "Accept: " + accept};
    target.connect_timeout = options.time.connect;
    return target;
}
}  // namespace

const std::string& model_of(const LlmOptions& options, const std::string& name_or_role) {
    if (name_or_role.empty() || name_or_role == "main") return options.model_main;
    if (name_or_role == "fast") return options.model_fast;
    if (name_or_role == "summary") return options.model_summary;
    return name_or_role;
}

LlmChat::Engine::Engine(LlmOptions options, boost::asio::io_context& loop, const Clock& clock, Log& log)
    : options_(std::move(options)),
      loop_(loop),
      clock_(clock),
      log_(log),
      transport_(std::make_unique<HttpTransport>(loop, options_.transport)),
      wholes_(transport_->prepare(completions(options_, "application/json"))),
      streams_(transport_->prepare(completions(options_, "text/event-stream"))),
      breaker_(options_.breaker),
      requests_(options_.requests_per_minute, clock.now().steady),
      tokens_(options_.tokens_per_minute, clock.now().steady),
      spend_(options_.spend, options_.day_file),
      jitter_(std::random_device{}()),
      pump_timer_(loop) {
    const auto kept = spend_.reserve({}, 0, today());  // nothing: what the day has cost so far is to be known
    if (!kept) note(kept.error());
    counters_.cost_today = spend_.spent_today(today());
}

void LlmChat::Engine::note(const Error& error) const {
    LogRecord record;
    record.level = LogLevel::error;
    record.stage = "llm";
    record.message = error.message;
    log_.write(record);
}

SteadyTime LlmChat::Engine::now() const {
    return clock_.now().steady;
}

std::int64_t LlmChat::Engine::today() const {
    return std::chrono::floor<std::chrono::days>(clock_.now().utc).time_since_epoch().count();
}

LlmCounters LlmChat::Engine::counters() const {
    const std::lock_guard lock(counters_mutex_);
    return counters_;
}

std::optional<Capabilities> LlmChat::Engine::capabilities(const std::string& model) const {
    if (options_.capabilities) return options_.capabilities;
    const std::lock_guard lock(counters_mutex_);
    const auto found = capabilities_.find(model);
    return found == capabilities_.end() ? std::nullopt : std::optional(found->second);
}

void LlmChat::Engine::learn(const std::string& model, const Capabilities& capabilities) {
    const std::lock_guard lock(counters_mutex_);
    capabilities_.insert_or_assign(model, capabilities);
}

void LlmChat::Engine::accept(std::uint64_t id, std::string component, ServiceCall meta, Done done) {
    auto call = std::make_shared<CallState>(loop_);
    call->id = id;
    call->component = std::move(component);
    call->done = std::move(done);
    call->arrived = now();
    call->deadline = std::min(meta.deadline, call->arrived + options_.time.total);
    call->meta = std::move(meta);
    calls_.emplace(id, call);
    {
        const std::lock_guard lock(counters_mutex_);
        ++counters_.calls;
    }
    if (const auto problem = refuse(*call)) return finish(call, failure_reply(*problem, {}));
    if (reserve(call)) enqueue(call, false);
}

std::optional<CallFailure> LlmChat::Engine::refuse(CallState& call) {
    if (closed_) return host_failure(CEDAR_CANCELLED, "closing", "the host is closing");
    if (options_.api_key.empty()) return missing_key();
    auto chat = parse_chat_call(call.meta.body);
    if (!chat) return host_failure(CEDAR_INVALID_ARGUMENT, "invalid_request", chat.error().message);
    if (queue_.size() >= options_.queue_max) {
        return host_failure(
            CEDAR_LIMIT, "queue_full",
            "expected at most " + std::to_string(options_.queue_max) + " waiting model calls, got more", true);
    }
    call.chat = std::move(*chat);
    call.model = model_of(options_, call.chat.model);
    const auto known = capabilities(call.model);
    if (known && !allows(*known, mode_of(call.chat))) return unsupported_mode(mode_of(call.chat), call.model);
    call.stream_usage = !known || known->stream_usage;
    call.tokens.emplace(call.chat.stream_field, options_.api_key);
    return std::nullopt;
}

bool LlmChat::Engine::reserve(const CallPtr& call) {
    const auto price = options_.prices.find(call->model);
    const bool capped = options_.spend.per_run > 0 || options_.spend.per_day > 0;
    if (price == options_.prices.end() && capped) {
        finish(call, failure_reply(host_failure(CEDAR_LIMIT, "budget",
                                                "there is a cap on costs and no price of the model " + call->model +
                                                    ": name it in llm.prices"),
                                   {}));
        return false;
    }
    if (price == options_.prices.end()) return true;
    Usage worst;
    worst.input_tokens = estimate_input_tokens(call->chat);
    worst.output_tokens = call->chat.max_tokens.value_or(kOutputTokensGuess);
    const double cost = cost_of(price->second, worst);
    const auto day = today();
    if (auto reserved = spend_.reserve(call->meta.scope ? call->meta.scope->run_id : std::string{}, cost, day);
        !reserved) {
        finish(call, failure_reply(host_failure(CEDAR_LIMIT, "budget", reserved.error().message), {}));
        return false;
    }
    call->reserved = cost;
    call->reserved_day = day;
    return true;
}

void LlmChat::Engine::enqueue(const CallPtr& call, bool front) {
    if (!front) call->queued = now();  // a retry waits since its attempt failed
    call->queued_now = true;
    front ? queue_.push_front(call) : queue_.push_back(call);
    pump();
    if (call->queued_now) watch_time(call);
}

void LlmChat::Engine::leave_queue(const CallPtr& call) {
    if (!std::exchange(call->queued_now, false)) return;
    std::erase(queue_, call);
}

void LlmChat::Engine::pump() {
    while (!queue_.empty() && running_ < options_.calls_max) {
        const CallPtr call = queue_.front();
        const auto time = now();
        const auto tokens = static_cast<double>(estimate_input_tokens(call->chat));
        const auto wait = std::max(requests_.wait_for(1, time), tokens_.wait_for(tokens, time));
        if (wait > milliseconds(0)) return pump_later(wait);
        queue_.pop_front();
        call->queued_now = false;
        if (!breaker_.allow(time)) {
            give_up(call, host_failure(CEDAR_UNAVAILABLE, "circuit_open",
                                       "the model's endpoint has failed repeatedly and is left alone for a moment; "
                                       "the last time: " +
                                           last_fault_,
                                       true));
            continue;
        }
        requests_.take(1, time);
        tokens_.take(tokens, time);
        begin_attempt(call);
    }
    const std::lock_guard lock(counters_mutex_);
    counters_.queued = queue_.size();
    counters_.running = running_;
    counters_.breaker = to_string(breaker_.state());
}

void LlmChat::Engine::pump_later(milliseconds wait) {
    pump_timer_.expires_after(wait);
    pump_timer_.async_wait([self = shared_from_this()](const auto& error) {
        if (!error && !self->closed_) self->pump();
    });
}

void LlmChat::Engine::cancel(std::uint64_t id) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    const auto call = found->second;
    if (call->attempt) breaker_.on_abandoned();
    {
        const std::lock_guard lock(counters_mutex_);
        ++counters_.cancelled;
    }
    give_up(call, host_failure(CEDAR_CANCELLED, "cancelled", "the call was cancelled"));
}

void LlmChat::Engine::close() {
    closed_ = true;
    pump_timer_.cancel();
    while (!calls_.empty()) cancel(calls_.begin()->first);
    transport_.reset();
}

void LlmChat::Engine::settle(const CallPtr& call, double actual) {
    if (call->reserved == 0 && actual == 0) return;
    const auto run = call->meta.scope ? call->meta.scope->run_id : std::string{};
    const auto kept = spend_.settle(run, std::exchange(call->reserved, 0), actual, call->reserved_day);
    if (!kept) note(kept.error());
    const std::lock_guard lock(counters_mutex_);
    counters_.cost_today = spend_.spent_today(today());
}

// What a stream that broke off used is reckoned: the provider charges for it and says no number any more.
Usage LlmChat::Engine::used_so_far(const CallState& call) const {
    Usage used;
    if (call.streamed_chars == 0) return used;
    used.input_tokens = estimate_input_tokens(call.chat);
    used.output_tokens = call.streamed_chars / kCharsPerToken + 1;
    if (const auto price = options_.prices.find(call.model); price != options_.prices.end()) {
        used.cost = cost_of(price->second, used);
    }
    return used;
}

void LlmChat::Engine::give_up(const CallPtr& call, const CallFailure& failure) {
    const auto used = used_so_far(*call);
    settle(call, used.cost);
    finish(call, failure_reply(failure, call->attempts, used));
}

// The one way out of a call: its transfer is gone before anyone hears of it.
void LlmChat::Engine::finish(const CallPtr& call, const ServiceReply& reply) {
    if (calls_.erase(call->id) == 0) return;
    leave_queue(call);
    call->timer.cancel();
    call->token_timer.cancel();
    if (call->attempt) {
        if (call->attempt->transfer != 0) transport_->cancel(call->attempt->transfer);
        call->attempt.reset();
        --running_;
    }
    settle(call, 0);
    if (reply.status != CEDAR_OK) {
        const std::lock_guard lock(counters_mutex_);
        ++counters_.failures;
    }
    const auto done = std::exchange(call->done, nullptr);
    done(reply);
    if (!closed_) pump();
}

}  // namespace cedar::host::services::llm
