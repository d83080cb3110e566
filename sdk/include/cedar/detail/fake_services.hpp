#pragma once
// How FakeHost answers services; included by <cedar/detail/fake_host.hpp>.
#include <cedar/testing.hpp>

namespace cedar::testing {
namespace detail_services {

struct ErrorReply {
    std::string code, message;
    std::optional<std::string> detail, source;
    bool retryable = false;
    std::optional<Json> provider;
};
BOOST_DESCRIBE_STRUCT(ErrorReply, (), (code, message, detail, source, retryable, provider))
struct ProviderReply {
    std::int32_t status = 0;
    std::string code, message;
};
BOOST_DESCRIBE_STRUCT(ProviderReply, (), (status, code, message))

inline std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// As a host answers a call that failed.
inline std::string error_text(const Error& error) {
    ErrorReply reply{
        error.code, error.message, unless_empty(error.detail), unless_empty(error.source), error.retryable, {}};
    if (error.provider)
        reply.provider =
            json_of(ProviderReply{error.provider->status, error.provider->code, error.provider->message});
    return to_json(reply);
}

// The string member at "a.b" of a JSON text, empty when there is none.
inline std::string text_at(const std::string& json, std::string_view path) {
    try {
        const auto document = cedar::detail::parse_dom(json);
        const cedar::detail::Dom* value = &document;
        while (value != nullptr && value->IsObject() && !path.empty()) {
            const auto dot = std::min(path.find('.'), path.size());
            value = cedar::detail::dom_member(*value, path.substr(0, dot));
            path.remove_prefix(std::min(dot + 1, path.size()));
        }
        return value != nullptr && value->IsString() ? std::string(cedar::detail::dom_string(*value)) : "";
    } catch (const Error&) {
        return "";
    }
}

// The longest of the sleeps that one call asks for: they pass side by side.
inline std::chrono::milliseconds longest_sleep(const cedar_call* requests, std::size_t count) {
    std::chrono::milliseconds longest{0};
    for (std::size_t index = 0; index < count; ++index) {
        if (detail::text(requests[index].service) != Sleep::service) continue;
        longest =
            std::max(longest, std::chrono::milliseconds(from_json<Sleep>(detail::text(requests[index].body)).ms));
    }
    return longest;
}

}  // namespace detail_services

inline cedar_status FakeHost::call(const cedar_host* host, cedar_invocation invocation, const cedar_call* requests,
                                   std::size_t count, cedar_reply* replies) {
    constexpr std::size_t most = 64;
    auto& fake = self(host);
    const auto stop = [&] {
        const std::lock_guard lock(fake.mutex_);
        return fake.state(invocation);
    };
    auto status = stop();
    if (status == CEDAR_STALE) return status;
    if (count > most) return CEDAR_LIMIT;
    fake.replies_.clear();
    fake.replies_.reserve(count);
    if (status == CEDAR_OK) {
        for (std::size_t index = 0; index < count; ++index) fake.serve(requests[index], replies[index]);
        fake.advance(detail_services::longest_sleep(requests, count));
        status = stop();
    }
    if (status == CEDAR_OK) return status;
    for (std::size_t index = 0; index < count; ++index) replies[index] = {status, 0, {nullptr, 0}};
    return status;
}

inline void FakeHost::serve(const cedar_call& request, cedar_reply& reply) {
    const std::string service(detail::text(request.service));
    const Json body(std::string(detail::text(request.body)));
    calls_.push_back({service, body});
    cedar_status status = CEDAR_OK;
    std::string text;
    try {
        text = script(service, body).text();
    } catch (const Error& error) {
        status = status_of(error.code);
        text = detail_services::error_text(error);
    }
    replies_.push_back(std::move(text));
    reply = {status, 0, detail::view(replies_.back())};
}

inline FakeHost& FakeHost::llm(LlmReply reply) {
    return on("llm.chat", [this, reply = std::move(reply)](const Json& body) {
        const auto asked = body.as<LlmChat>();
        if (asked.stream) {
            const auto shown =
                asked.stream_field ? detail_services::text_at(reply.text, *asked.stream_field) : reply.text;
            const std::lock_guard lock(mutex_);
            std::string token = "{\"text\":";
            detail::append_json_string(token, shown);
            if (!shown.empty()) emits_.push_back({"token", Json(token + '}')});
        }
        return json_of(reply);
    });
}

inline bool FakeHost::may_call(std::string_view service) const {
    const auto known = needs_.find(id_);
    return known == needs_.end() ||
           std::find(known->second.begin(), known->second.end(), service) != known->second.end();
}

inline Json FakeHost::script(const std::string& service, const Json& body) {
    if (!may_call(service))
        throw Error("denied", "the manifest of " + id_ + " does not list " + service + " in needs");
    const auto found = script_.find(service);
    if (found != script_.end()) {
        auto& handlers = found->second;
        const Handler handler = handlers.front();
        if (handlers.size() > 1) handlers.erase(handlers.begin());
        return handler(body);
    }
    if (service == Sleep::service) return Json("{}");
    if (service == LlmCapabilities::service)
        return json_of(LlmAbilities{"fake", true, true, true, true, "configuration"});
    throw Error("unsupported", "this host has no service " + service);
}

}  // namespace cedar::testing
