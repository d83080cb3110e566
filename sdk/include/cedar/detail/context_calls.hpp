#pragma once
// The bodies of Context's templates; included by <cedar/context.hpp>.
#include <cedar/context.hpp>

#include <algorithm>

namespace cedar {
namespace detail {

// Puts the text of a member there, if it has one.
inline void take_text(const Dom& object, std::string_view key, std::string& to) {
    const Dom* value = dom_member(object, key);
    if (value != nullptr && value->IsString() && value->GetStringLength() != 0) to = dom_string(*value);
}

inline std::optional<ProviderWords> provider_words(const Dom& error) {
    const Dom* said = dom_member(error, "provider");
    if (said == nullptr || !said->IsObject()) return std::nullopt;
    ProviderWords words;
    const Dom* status = dom_member(*said, "status");
    if (status != nullptr && status->IsInt()) words.status = status->GetInt();
    take_text(*said, "code", words.code);
    take_text(*said, "message", words.message);
    return words;
}

// The error object that came with a reply, or a sentence of our own where there is none.
inline Error reply_error(std::string_view service, const cedar_reply& reply) {
    const std::string code(code_of(reply.status));
    Error error(code, std::string(service) + " answered " + code);
    try {
        const auto document = parse_dom(text(reply.body));
        if (!document.IsObject()) return error;
        take_text(document, "code", error.code);
        take_text(document, "message", error.message);
        take_text(document, "detail", error.detail);
        take_text(document, "source", error.source);
        error.provider = provider_words(document);
        const Dom* retryable = dom_member(document, "retryable");
        error.retryable = retryable != nullptr && retryable->IsBool() && retryable->GetBool();
    } catch (const Error& unreadable) {
        error.detail = unreadable.message;
    }
    return error;
}

}  // namespace detail

inline bool Context::emit_text(std::string_view kind, std::string_view text) const {
    std::string body = "{\"text\":";
    detail::append_json_string(body, text);
    body += '}';
    return host_->emit(host_, invocation_, detail::view(kind), detail::view(body)) == CEDAR_OK;
}

inline bool Context::show_prompt(std::span<const Message> messages) const {
    std::string body = "{\"messages\":[";
    for (const auto& message : messages) {
        body += body.back() == '[' ? "{\"role\":" : ",{\"role\":";
        detail::append_json_string(body, message.role);
        body += ",\"content\":";
        detail::append_json_string(body, message.content);
        body += '}';
    }
    body += "]}";
    return host_->emit(host_, invocation_, detail::view("prompt"), detail::view(body)) == CEDAR_OK;
}

inline void Context::exchange(std::span<const cedar_call> requests, std::span<cedar_reply> replies) const {
    const auto status = host_->call(host_, invocation_, requests.data(), requests.size(), replies.data());
    if (status == CEDAR_OK) return;
    const std::string code(code_of(status));
    throw Error(code, "the host ended a call: " + code);
}

template <class Reply>
Result<Reply> Context::read(std::string_view service, const cedar_reply& reply) {
    if (reply.status != CEDAR_OK) return detail::reply_error(service, reply);
    try {
        if constexpr (std::same_as<Reply, Nothing>) return Nothing{};
        return from_json<Reply>(detail::text(reply.body));
    } catch (const Error& error) {
        return Error("invalid_reply", std::string(service) + ": " + error.message, error.detail);
    }
}

template <ServiceRequest Request>
typename Request::Reply Context::call(const Request& request) {
    return call<typename Request::Reply>(Request::service, request);
}

template <class Reply, class Body>
Reply Context::call(std::string_view service, const Body& body) {
    const std::string json = to_json(body);
    const cedar_call request{detail::view(service), detail::view(json)};
    cedar_reply reply{};
    exchange({&request, 1}, {&reply, 1});
    return read<Reply>(service, reply).value();
}

template <class T>
T Context::llm_json(std::vector<Message> messages, LlmOptions options) {
    if (!options.response_format) {
        const auto abilities = call(LlmCapabilities{.model = options.model});
        options.response_format = abilities.strongest(json_format<T>());
    }
    return llm(std::move(messages), std::move(options)).template as<T>();
}

template <ServiceRequest... Requests>
std::tuple<Result<typename Requests::Reply>...> Context::all(const Requests&... requests) {
    constexpr std::size_t count = sizeof...(Requests);
    static_assert(count >= 1 && count <= round, "cedar: 1 to 64 requests at once");
    const std::array<std::string, count> bodies{to_json(requests)...};
    std::array<cedar_call, count> calls{cedar_call{detail::view(Requests::service), {}}...};
    for (std::size_t index = 0; index < count; ++index) calls[index].body = detail::view(bodies[index]);
    std::array<cedar_reply, count> replies{};
    exchange(calls, replies);
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return std::tuple<Result<typename Requests::Reply>...>{
            read<typename Requests::Reply>(Requests::service, replies[Index])...};
    }
    (std::index_sequence_for<Requests...>());
}

template <ServiceRequest Request>
std::vector<Result<typename Request::Reply>> Context::all(const std::vector<Request>& requests) {
    std::vector<Result<typename Request::Reply>> results;
    results.reserve(requests.size());
    for (std::size_t begin = 0; begin < requests.size(); begin += round) {
        const std::size_t end = std::min(begin + round, requests.size());
        std::vector<std::string> bodies;
        std::vector<cedar_call> calls;
        bodies.reserve(end - begin);
        for (std::size_t index = begin; index < end; ++index) {
            bodies.push_back(to_json(requests[index]));
            calls.push_back({detail::view(Request::service), detail::view(bodies.back())});
        }
        std::vector<cedar_reply> replies(calls.size());
        exchange(calls, replies);
        for (const auto& reply : replies) results.push_back(read<typename Request::Reply>(Request::service, reply));
    }
    return results;
}

}  // namespace cedar
