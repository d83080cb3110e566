#include "host/services/llm/failures.hpp"

#include <cedar/abi.h>

namespace cedar::host::services::llm {

namespace {

constexpr int kBadRequest = 400, kUnauthorized = 401, kForbidden = 403, kNotFound = 404, kTooManyRequests = 429;

std::string code_of(int status) {
    switch (status) {
        case kBadRequest: return "provider_bad_request";
        case kUnauthorized:
        case kForbidden: return "provider_auth";
        case kNotFound: return "provider_not_found";
        case kTooManyRequests: return "provider_rate_limit";
        default: return "provider_error";
    }
}

}  // namespace

Verdict judge_time(TimeLimit limit, std::chrono::milliseconds allowed) {
    Verdict out;
    out.retry.time_limit = limit;
    out.word = "time_limit_" + std::string(to_string(limit));
    out.failure.status = limit == TimeLimit::total ? CEDAR_DEADLINE : CEDAR_UNAVAILABLE;
    out.failure.code = out.word;
    out.failure.message = "the model call was given up: its time limit " + std::string(to_string(limit)) + " (" +
                          std::to_string(allowed.count()) + " ms) passed";
    out.failure.source = limit == TimeLimit::queue ? "host" : "transport";
    out.failure.retryable = true;
    return out;
}

Verdict judge_connection(HttpEnd end, const std::string& words) {
    Verdict out;
    if (end == HttpEnd::tls) {
        out.word = out.failure.code = "tls";
        out.failure.status = CEDAR_UNAVAILABLE;
        out.failure.message =
            "the certificate of the model's endpoint is not to be trusted; if it is signed by an "
            "authority of your own, name its file in llm.ca_file";
        out.failure.detail = words;
        out.failure.source = "transport";
        return out;
    }
    out.retry.connection = true;
    if (end == HttpEnd::connect_timeout) out.retry.time_limit = TimeLimit::connect;
    out.word = end == HttpEnd::connect_timeout ? "time_limit_connect" : "connection";
    out.failure.status = CEDAR_UNAVAILABLE;
    out.failure.code = out.word;
    out.failure.message = "the model's endpoint could not be reached or broke off";
    out.failure.detail = words;
    out.failure.source = "transport";
    out.failure.retryable = true;
    return out;
}

Verdict judge_status(const AttemptState& attempt, UtcTime utc) {
    const auto& head = attempt.head;
    Verdict out;
    out.retry.http_status = head.status;
    out.retry.retry_after = parse_retry_after(head.retry_after_ms, head.retry_after, utc);
    out.word = "http_" + std::to_string(head.status);
    out.failure.status = head.status == kBadRequest ? CEDAR_INVALID_ARGUMENT : CEDAR_UNAVAILABLE;
    out.failure.code = code_of(head.status);
    out.failure.message = "the model's endpoint answered with HTTP status " + std::to_string(head.status);
    out.failure.source = "provider";
    out.failure.retryable = retryable(out.retry);
    out.failure.provider = parse_provider_error(head.status, head.content_type, attempt.body);
    return out;
}

Verdict judge_content(const Error& error) {
    Verdict out;
    out.word = error.code == ErrorCode::limit ? "too_large" : "bad_answer";
    out.retry.http_status = 200;
    out.failure.status = error.code == ErrorCode::limit ? CEDAR_LIMIT : CEDAR_UNAVAILABLE;
    out.failure.code = error.code == ErrorCode::limit ? "answer_too_large" : "bad_answer";
    out.failure.message = error.message;
    out.failure.detail = error.detail;
    out.failure.source = "provider";
    return out;
}

CallFailure missing_key() {
    return host_failure(
        CEDAR_UNAVAILABLE, "missing_key",
        "no key for the model: set OPENAI_API_KEY in the environment, in ./.env or in the data folder's .env");
}

CallFailure unsupported_mode(std::string_view mode, std::string_view model) {
    return host_failure(CEDAR_UNSUPPORTED, "unsupported_mode",
                        "the endpoint does not do " + std::string(mode) + " with the model " + std::string(model) +
                            "; llm.capabilities tells what it does");
}

CallFailure host_failure(std::int32_t status, std::string code, std::string message, bool retryable) {
    CallFailure out;
    out.status = status;
    out.code = std::move(code);
    out.message = std::move(message);
    out.retryable = retryable;
    return out;
}

}  // namespace cedar::host::services::llm
