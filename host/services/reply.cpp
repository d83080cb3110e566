#include "host/services/reply.hpp"

#include <cedar/abi.h>

#include <string>

namespace cedar::host::services {

namespace {

Error unexpected(std::string_view service, std::string_view key, const std::string& expected,
                 const JsonValue* value) {
    std::string came = "nothing";
    if (value != nullptr) {
        came = to_json(*value);
        if (came.size() > 60) came = to_utf8(came.substr(0, 60)) + "…";
    }
    return {ErrorCode::invalid_argument,
            std::string(service) + ": " + std::string(key) + ": expected " + expected + ", got " + came,
            {}};
}

Error of_service(std::string_view service, Error error) {
    error.message = std::string(service) + ": " + error.message;
    return error;
}

}  // namespace

std::int32_t status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_argument: return CEDAR_INVALID_ARGUMENT;
        case ErrorCode::not_found: return CEDAR_NOT_FOUND;
        case ErrorCode::limit: return CEDAR_LIMIT;
        case ErrorCode::deadline: return CEDAR_DEADLINE;
        case ErrorCode::cancelled: return CEDAR_CANCELLED;
        case ErrorCode::denied: return CEDAR_DENIED;
        case ErrorCode::unsupported: return CEDAR_UNSUPPORTED;
        case ErrorCode::unavailable: return CEDAR_UNAVAILABLE;
        case ErrorCode::already_exists:
        case ErrorCode::io:
        case ErrorCode::corrupt:
        case ErrorCode::internal: return CEDAR_INTERNAL;
    }
    return CEDAR_INTERNAL;
}

ServiceReply failure(const Error& error) {
    ServiceReply reply;
    reply.status = status_of(error.code);
    reply.body = "{\"code\":" + json_string(to_string(error.code)) + ",\"message\":" + json_string(error.message) +
                 ",\"retryable\":" + (error.code == ErrorCode::unavailable ? "true" : "false") + "}";
    return reply;
}

Result<JsonDocument> read_object(std::string_view service, std::string_view body) {
    auto document = parse_json(body, {.max_bytes = kBodyMax});
    if (!document) return of_service(service, document.error());
    if (!document->IsObject()) return unexpected(service, "request", "a JSON object", &*document);
    return document;
}

Result<const JsonValue*> read_object(std::string_view service, std::string_view body, LocalJson& document) {
    auto value = document.parse(body, {.max_bytes = kBodyMax});
    if (!value) return of_service(service, value.error());
    if (!(*value)->IsObject()) return unexpected(service, "request", "a JSON object", *value);
    return value;
}

Result<std::int64_t> integer_member(std::string_view service, const JsonValue& object, std::string_view key,
                                    std::int64_t min, std::int64_t max, std::int64_t fallback) {
    const JsonValue* value = find_member(object, key);
    if (value == nullptr || value->IsNull()) return fallback;
    if (!value->IsInt64() || value->GetInt64() < min || value->GetInt64() > max) {
        return unexpected(service, key, "an integer from " + std::to_string(min) + " to " + std::to_string(max),
                          value);
    }
    return value->GetInt64();
}

Result<std::string_view> text_member(std::string_view service, const JsonValue& object, std::string_view key) {
    const JsonValue* value = find_member(object, key);
    if (value == nullptr || !value->IsString()) return unexpected(service, key, "a string", value);
    return std::string_view(value->GetString(), value->GetStringLength());
}

}  // namespace cedar::host::services
