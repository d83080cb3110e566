#include "host/services/llm/call_report.hpp"

#include "host/core/json.hpp"

#include <cedar/abi.h>

#include <array>
#include <charconv>

namespace cedar::host::services::llm {

namespace {

void text_field(std::string& out, std::string_view name, std::string_view value) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
}

void raw_field(std::string& out, std::string_view name, std::string_view json) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
    out += json;
}

std::string number(double value) {
    std::array<char, 400> digits{};  // the longest double in fixed notation
    return {digits.data(),
            std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed).ptr};
}

// The elements of the list, without its brackets.
std::string attempts_json(const std::vector<Attempt>& attempts) {
    std::string out;
    for (const auto& attempt : attempts) {
        if (!out.empty()) out += ',';
        std::string one = "{";
        raw_field(one, "http_status", std::to_string(attempt.http_status));
        if (!attempt.error.empty()) text_field(one, "error", attempt.error);
        raw_field(one, "waited_ms", std::to_string(attempt.waited.count()));
        raw_field(one, "took_ms", std::to_string(attempt.took.count()));
        out += one + '}';
    }
    return out;
}

std::string usage_json(const Usage& usage) {
    std::string out = "{";
    raw_field(out, "input_tokens", std::to_string(usage.input_tokens));
    raw_field(out, "output_tokens", std::to_string(usage.output_tokens));
    raw_field(out, "cached_tokens", std::to_string(usage.cached_tokens));
    raw_field(out, "cost", number(usage.cost));
    return out + '}';
}

}  // namespace

ServiceReply success_reply(const ChatReply& reply, const Manner& manner, const std::vector<Attempt>& attempts) {
    ServiceReply out;
    out.status = CEDAR_OK;
    out.model = {1,
                 static_cast<std::uint32_t>(attempts.size()),
                 attempts_json(attempts),
                 reply.model,
                 std::string(manner.mode),
                 reply.usage};
    out.body = "{";
    text_field(out.body, "text", reply.text);
    if (!reply.tool_calls.empty()) raw_field(out.body, "tool_calls", reply.tool_calls);
    if (!reply.refusal.empty()) text_field(out.body, "refusal", reply.refusal);
    text_field(out.body, "model", reply.model);
    text_field(out.body, "finish_reason", reply.finish_reason);
    text_field(out.body, "mode", manner.mode);
    raw_field(out.body, "streamed", manner.streamed ? "true" : "false");
    raw_field(out.body, "usage", usage_json(reply.usage));
    raw_field(out.body, "usage_reported", reply.has_usage ? "true" : "false");
    raw_field(out.body, "attempts", "[" + out.model.attempts_json + "]");
    out.body += '}';
    return out;
}

ServiceReply failure_reply(const CallFailure& failure, const std::vector<Attempt>& attempts, const Usage& spent) {
    ServiceReply out;
    out.status = failure.status;
    out.model = {1, static_cast<std::uint32_t>(attempts.size()), attempts_json(attempts), {}, {}, spent};
    out.body = "{";
    text_field(out.body, "code", failure.code);
    text_field(out.body, "message", failure.message);
    text_field(out.body, "detail", failure.detail);
    raw_field(out.body, "retryable", failure.retryable ? "true" : "false");
    text_field(out.body, "source", failure.source);
    if (failure.provider.status != 0) {
        std::string provider = "{";
        raw_field(provider, "status", std::to_string(failure.provider.status));
        text_field(provider, "code", failure.provider.code);
        text_field(provider, "message", failure.provider.message);
        raw_field(out.body, "provider", provider + '}');
    }
    raw_field(out.body, "attempts", "[" + out.model.attempts_json + "]");
    out.body += '}';
    return out;
}

}  // namespace cedar::host::services::llm
