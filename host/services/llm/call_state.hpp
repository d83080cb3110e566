#pragma once
#include "host/core/now.hpp"
#include "host/ports/service.hpp"
#include "host/services/llm/call_report.hpp"
#include "host/services/llm/chat_call.hpp"
#include "host/services/llm/chat_reply.hpp"
#include "host/services/llm/http_transport.hpp"
#include "host/services/llm/retry_policy.hpp"
#include "host/services/llm/sse_parser.hpp"
#include "host/services/llm/token_stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host::services::llm {

// What one HTTP attempt has gathered so far.
struct AttemptState {
    HttpTransport::Id transfer = 0;
    SteadyTime began{}, last_byte{};
    HttpHead head;
    std::string body;  // of an answer that is not streamed, or of an error
    bool too_large = false;
    bool got_byte = false;
    SseParser parser;
    StreamAssembler assembler;
    std::optional<Error> stream_error;
    TimeLimit time_limit = TimeLimit::none;

    explicit AttemptState(std::size_t max_response_bytes)
        : parser(max_response_bytes), assembler(max_response_bytes) {}
    [[nodiscard]] bool streaming() const {
        return head.status == 200 && head.content_type.find("text/event-stream") != std::string::npos;
    }
};

// One call's life: waiting for a place, in an attempt, or backing off. Loop thread only.
struct CallState {
    std::uint64_t id = 0;
    std::string component;
    ServiceCall meta;
    Service::Done done;
    ChatCall chat;
    std::string model;
    SteadyTime arrived{}, queued{}, deadline{};
    std::chrono::milliseconds waited{0};  // before the attempt under way
    std::vector<Attempt> attempts;
    std::optional<AttemptState> attempt;
    bool streamed = false;  // text was passed on: no retry any more
    bool queued_now = false;
    bool stream_usage = true;           // the endpoint counts tokens at the end of a stream
    std::optional<TokenStream> tokens;  // what is to be shown of the answer
    std::uint64_t streamed_chars = 0;
    SteadyTime shown_at{};
    bool show_later = false;
    double reserved = 0;
    std::int64_t reserved_day = 0;
    boost::asio::steady_timer timer, token_timer;

    explicit CallState(boost::asio::io_context& loop) : timer(loop), token_timer(loop) {}
};

}  // namespace cedar::host::services::llm
