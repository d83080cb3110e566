#pragma once
#include <cedar/convert.hpp>
#include <cedar/schema.hpp>
#include <cedar/services.hpp>

namespace cedar {

// The model service. `needs`: "llm.chat", and "llm.capabilities" for those who ask for it or call llm_json().

// One call of a tool that the model asks for; `arguments` is JSON as the model wrote it, to be checked.
struct LlmFunction {
    std::string name = {};
    std::string arguments = {};
    bool operator==(const LlmFunction&) const = default;
};
BOOST_DESCRIBE_STRUCT(LlmFunction, (), (name, arguments))

struct LlmToolCall {
    std::string id = {};
    std::string type = "function";
    LlmFunction function = {};
    bool operator==(const LlmToolCall&) const = default;
};
BOOST_DESCRIBE_STRUCT(LlmToolCall, (), (id, type, function))
CEDAR_ANNOTATE(LlmToolCall, field<&LlmToolCall::type>{.has_default = true})

struct LlmUsage {
    std::uint64_t input_tokens = 0;
    std::uint64_t output_tokens = 0;
    std::uint64_t cached_tokens = 0;  // of the input, read from the provider's cache
    double cost = 0;                  // US dollars, by the host's price list
    bool operator==(const LlmUsage&) const = default;
};
BOOST_DESCRIBE_STRUCT(LlmUsage, (), (input_tokens, output_tokens, cached_tokens, cost))
CEDAR_ANNOTATE(LlmUsage, field<&LlmUsage::input_tokens>{.has_default = true},
               field<&LlmUsage::output_tokens>{.has_default = true},
               field<&LlmUsage::cached_tokens>{.has_default = true}, field<&LlmUsage::cost>{.has_default = true})

// One HTTP attempt. `error` is the host's word, absent when it succeeded; status 0: no response.
struct LlmAttempt {
    std::int32_t http_status = 0;
    std::optional<std::string> error = {};
    std::int64_t waited_ms = 0;
    std::int64_t took_ms = 0;
    bool operator==(const LlmAttempt&) const = default;
};
BOOST_DESCRIBE_STRUCT(LlmAttempt, (), (http_status, error, waited_ms, took_ms))
CEDAR_ANNOTATE(LlmAttempt, field<&LlmAttempt::waited_ms>{.has_default = true},
               field<&LlmAttempt::took_ms>{.has_default = true})

// What the model answered.
struct LlmReply {
    std::string text = {};  // whole, also after streaming; may be empty beside tool calls or a refusal
    std::vector<LlmToolCall> tool_calls = {};
    std::optional<std::string> refusal = {};  // the model's own words when it declined
    std::string model = {};                   // as the endpoint names it
    std::string finish_reason = {};           // "stop", "length", "tool_calls", "content_filter", …
    std::string mode = {};                    // "text", "json_object", "json_schema" or "tools", as asked for
    bool streamed = false;
    LlmUsage usage = {};
    bool usage_reported = true;  // false: the endpoint counted nothing
    std::vector<LlmAttempt> attempts = {};
    bool operator==(const LlmReply&) const = default;

    // The text as JSON of a described type. Throws Error: "refused" (the model declined), "truncated" (the answer
    // was cut off by a limit on tokens), "invalid_output" (it is not a T; the message says where).
    template <class T>
    [[nodiscard]] T as() const;
};
BOOST_DESCRIBE_STRUCT(LlmReply, (),
                      (text, tool_calls, refusal, model, finish_reason, mode, streamed, usage, usage_reported,
                       attempts))
CEDAR_ANNOTATE(LlmReply, field<&LlmReply::tool_calls>{.has_default = true},
               field<&LlmReply::model>{.has_default = true}, field<&LlmReply::finish_reason>{.has_default = true},
               field<&LlmReply::mode>{.has_default = true}, field<&LlmReply::streamed>{.has_default = true},
               field<&LlmReply::usage>{.has_default = true}, field<&LlmReply::usage_reported>{.has_default = true},
               field<&LlmReply::attempts>{.has_default = true})

// What is left out is the endpoint's own choice. `model`: "main", "fast", "summary" for the configured one of that
// role, or a model's own name. `response_format` (json_format()) and `tools` exclude each other.
struct LlmOptions {
    std::optional<std::string> model = {};
    std::optional<double> temperature = {};  // 0 to 2; some models refuse any
    std::optional<double> top_p = {};        // 0 to 1
    std::optional<std::uint32_t> max_tokens = {};
    std::optional<std::int64_t> seed = {};
    std::optional<Json> response_format = {};
    std::optional<Json> tools = {};
    std::optional<Json> tool_choice = {};
    bool stream = false;  // the host shows the answer's text as `token` events while it is made
    // With `stream`: the answer is JSON, and only this string member of it is shown: "args.text".
    std::optional<std::string> stream_field = {};
};
BOOST_DESCRIBE_STRUCT(LlmOptions, (),
                      (model, temperature, top_p, max_tokens, seed, response_format, tools, tool_choice, stream,
                       stream_field))
CEDAR_ANNOTATE(LlmOptions, field<&LlmOptions::stream>{.has_default = true})

// llm.chat, for Context::call and Context::all.
struct LlmChat : LlmOptions {
    static constexpr std::string_view service = "llm.chat";
    using Reply = LlmReply;

    LlmChat() = default;
    explicit LlmChat(std::vector<Message> its_messages, LlmOptions options = {})
        : LlmOptions(std::move(options)), messages(std::move(its_messages)) {}

    std::vector<Message> messages = {};
};
BOOST_DESCRIBE_STRUCT(LlmChat, (LlmOptions), (messages))

// A response_format that asks for JSON of this type. The schema is sent as a guide, not as a guarantee: read the
// answer with LlmReply::as().
template <class T>
[[nodiscard]] Json json_format(std::string_view name = "answer") {
    std::string out = R"({"type":"json_schema","json_schema":{"name":)";
    detail::append_json_string(out, name);
    return Json(out + ",\"schema\":" + std::string(schema_of<T>()) + "}}");
}

// llm.capabilities' reply: what the endpoint was seen to do with that model. `source`: "probe", "configuration" or
// "test_mode".
struct LlmAbilities {
    std::string model = {};
    bool json_schema = false;
    bool json_object = false;
    bool tools = false;
    bool stream_usage = false;
    std::string source = {};
    bool operator==(const LlmAbilities&) const = default;

    // The strongest response_format that the endpoint has for an answer in JSON; none: say it in the prompt alone.
    [[nodiscard]] std::optional<Json> strongest(const Json& schema_format) const {
        if (json_schema) return schema_format;
        if (json_object) return Json(R"({"type":"json_object"})");
        return std::nullopt;
    }
};
BOOST_DESCRIBE_STRUCT(LlmAbilities, (), (model, json_schema, json_object, tools, stream_usage, source))
CEDAR_ANNOTATE(LlmAbilities, field<&LlmAbilities::model>{.has_default = true},
               field<&LlmAbilities::stream_usage>{.has_default = true},
               field<&LlmAbilities::source>{.has_default = true})

struct LlmCapabilities {
    static constexpr std::string_view service = "llm.capabilities";
    using Reply = LlmAbilities;

    std::optional<std::string> model = {};
};
BOOST_DESCRIBE_STRUCT(LlmCapabilities, (), (model))

template <class T>
T LlmReply::as() const {
    if (refusal) throw Error("refused", "the model declined to answer", *refusal);
    try {
        return from_json<T>(text);
    } catch (const Error& error) {
        constexpr std::size_t shown = 300;
        const std::string excerpt(detail::first_code_points(text, shown));
        if (finish_reason == "length") throw Error("truncated", "the model's answer was cut off", excerpt);
        throw Error("invalid_output", "the model's answer: " + error.message, excerpt);
    }
}

}  // namespace cedar
