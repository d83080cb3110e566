#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"
#include "host/services/llm/engine.hpp"
#include "host/services/llm/failures.hpp"

#include "host/core/json.hpp"

#include <cedar/abi.h>

#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace cedar::host::services::llm {

using std::chrono::milliseconds;

namespace {
// An error page needs no more than this.
constexpr std::size_t kErrorBodyMax = 64 * 1024;
// Between two token events of a call: faster than an eye, slower than a model.
constexpr milliseconds kTokenGap{40};

milliseconds since(SteadyTime from, SteadyTime to) {
    return std::chrono::duration_cast<milliseconds>(to - from);
}
}  // namespace

void LlmChat::Engine::begin_attempt(const CallPtr& call) {
    ++running_;
    const auto time = now();
    call->waited = since(call->queued, time);
    call->attempt.emplace(options_.max_response_bytes);
    call->attempt->began = call->attempt->last_byte = time;
    HttpHandlers handlers;
    // A cancelled transfer calls nothing any more, so the handlers may hold the call.
    handlers.on_head = [this, call](const HttpHead& head) { on_head(call, head); };
    handlers.on_data = [this, call](std::string_view bytes) { return on_data(call, bytes); };
    handlers.on_end = [this, call](HttpEnd end, const std::string& words) { on_end(call, end, words); };
    call->attempt->transfer =
        transport_->start(call->chat.stream ? streams_ : wholes_,
                          to_wire(call->chat, {call->model, options_.max_completion_tokens, call->stream_usage}),
                          std::move(handlers));
    watch_time(call);
}

void LlmChat::Engine::on_head(const CallPtr& call, const HttpHead& head) {
    call->attempt->head = head;
}

bool LlmChat::Engine::on_data(const CallPtr& call, std::string_view bytes) {
    auto& attempt = *call->attempt;
    attempt.last_byte = now();
    if (!std::exchange(attempt.got_byte, true)) watch_time(call);  // another limit holds from here on
    if (!attempt.streaming()) {
        const auto bound = attempt.head.status == 200 ? options_.max_response_bytes : kErrorBodyMax;
        if (attempt.body.size() + bytes.size() > bound) {
            attempt.too_large = attempt.head.status == 200;
            return false;
        }
        attempt.body += bytes;
        return true;
    }
    std::string delta;
    const auto fed = attempt.parser.feed(bytes, [&](const SseEvent& event) {
        if (attempt.stream_error) return;
        if (auto taken = attempt.assembler.take(event, delta); !taken) attempt.stream_error = taken.error();
    });
    if (!fed && !attempt.stream_error) attempt.stream_error = fed.error();
    if (!delta.empty()) show(call, delta);
    return !attempt.stream_error;
}

// Text that comes close together travels as one event; what waits is not held for longer than the gap.
void LlmChat::Engine::show(const CallPtr& call, std::string_view delta) {
    call->streamed = true;
    call->streamed_chars += delta.size();
    call->tokens->add(delta);
    const auto time = now();
    if (const auto wait = call->shown_at + kTokenGap - time; wait > SteadyTime::duration::zero()) {
        if (std::exchange(call->show_later, true)) return;
        call->token_timer.expires_after(wait);
        call->token_timer.async_wait([self = shared_from_this(), call](const auto& error) {
            call->show_later = false;
            if (!error && self->calls_.contains(call->id)) self->show(call, {});
        });
        return;
    }
    call->shown_at = time;
    if (const auto text = call->tokens->take(); !text.empty() && call->meta.emit) {
        call->meta.emit(EmitKind::token, "{\"text\":" + json_string(text) + "}");
    }
}

void LlmChat::Engine::on_end(const CallPtr& call, HttpEnd end, const std::string& words) {
    auto& attempt = *call->attempt;
    attempt.transfer = 0;
    Verdict verdict;
    if (attempt.too_large) {
        verdict = judge_content(
            {ErrorCode::limit,
             "expected an answer of at most " + std::to_string(options_.max_response_bytes) + " bytes, got more",
             {}});
    } else if (attempt.stream_error) {
        verdict = judge_content(*attempt.stream_error);
    } else if (end == HttpEnd::connect_timeout || end == HttpEnd::connection || end == HttpEnd::tls) {
        verdict = judge_connection(end, words);
    } else if (attempt.head.status != 200) {
        verdict = judge_status(attempt, clock_.now().utc);
    } else {
        auto reply = attempt.streaming() ? attempt.assembler.finish() : parse_chat_reply(attempt.body);
        if (reply) return succeeded(call, std::move(*reply));
        verdict = judge_content(reply.error());
    }
    verdict.retry.streamed = call->streamed;
    call->attempts.push_back({attempt.head.status, verdict.word, call->waited, since(attempt.began, now())});
    failed(call, verdict.retry, std::move(verdict.failure));
}

// One timer a call, for whichever limit comes first; later bytes move the limit, not the timer.
void LlmChat::Engine::watch_time(const CallPtr& call) {
    auto when = call->deadline;
    if (call->attempt) {
        const auto& attempt = *call->attempt;
        when = std::min(when, attempt.got_byte ? attempt.last_byte + options_.time.stall
                                               : attempt.began + options_.time.first_byte);
    } else if (call->queued_now) {
        when = std::min(when, call->queued + options_.time.queue);
    }
    call->timer.expires_at(when);
    call->timer.async_wait([self = shared_from_this(), call](const auto& error) {
        if (!error && self->calls_.contains(call->id)) self->out_of_time(call);
    });
}

void LlmChat::Engine::out_of_time(const CallPtr& call) {
    const auto time = now();
    auto limit = TimeLimit::none;
    auto allowed = milliseconds(0);
    if (time >= call->deadline) {
        limit = TimeLimit::total;
        allowed = since(call->arrived, call->deadline);
    } else if (call->attempt) {
        const auto& attempt = *call->attempt;
        limit = attempt.got_byte ? TimeLimit::stall : TimeLimit::first_byte;
        allowed = attempt.got_byte ? options_.time.stall : options_.time.first_byte;
        if (time < (attempt.got_byte ? attempt.last_byte : attempt.began) + allowed) return watch_time(call);
    } else if (call->queued_now) {
        limit = TimeLimit::queue;
        allowed = options_.time.queue;
    } else {
        return enqueue(call, true);  // the back-off is over
    }
    auto verdict = judge_time(limit, allowed);
    verdict.retry.streamed = call->streamed;
    if (call->attempt) {
        transport_->cancel(std::exchange(call->attempt->transfer, 0));
        call->attempts.push_back(
            {call->attempt->head.status, verdict.word, call->waited, since(call->attempt->began, time)});
    }
    failed(call, verdict.retry, std::move(verdict.failure));
}

void LlmChat::Engine::succeeded(const CallPtr& call, ChatReply reply) {
    breaker_.on_success();
    call->attempts.push_back({200, {}, call->waited, since(call->attempt->began, now())});
    if (const auto price = options_.prices.find(call->model); price != options_.prices.end()) {
        reply.usage.cost = cost_of(price->second, reply.usage);
    }
    settle(call, reply.usage.cost);
    if (const auto rest = call->tokens->take_all(); !rest.empty() && call->meta.emit) {
        call->meta.emit(EmitKind::token, "{\"text\":" + json_string(rest) + "}");
    }
    const Manner manner{mode_of(call->chat), call->attempt->streaming()};
    finish(call, success_reply(reply, manner, call->attempts));
}

void LlmChat::Engine::failed(const CallPtr& call, const AttemptFailure& why, CallFailure failure) {
    const bool attempted = call->attempt.has_value();
    if (attempted) {
        call->attempt.reset();
        --running_;
        if (why.connection || why.time_limit != TimeLimit::none || why.http_status >= 500) {
            breaker_.on_failure(now());
            last_fault_ = failure.message;
        } else {
            breaker_.on_success();
        }
    }
    const double jitter = std::uniform_real_distribution<double>(0, 1)(jitter_);
    const auto made = static_cast<unsigned>(call->attempts.size());
    const auto wait =
        attempted ? next_wait(options_.retry, why, made, jitter, now(), call->deadline) : std::nullopt;
    if (!wait) return give_up(call, failure);
    {
        const std::lock_guard lock(counters_mutex_);
        ++counters_.retries;
    }
    call->queued = now();
    call->timer.expires_after(*wait);
    call->timer.async_wait([self = shared_from_this(), call](const auto& error) {
        if (!error && self->calls_.contains(call->id)) self->out_of_time(call);
    });
    pump();
}

}  // namespace cedar::host::services::llm
