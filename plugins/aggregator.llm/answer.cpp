#include "answer.hpp"

#include <cedar/convert.hpp>

namespace aggregator {

struct AnyArgs {
    std::optional<cedar::Json> reason;
};
BOOST_DESCRIBE_STRUCT(AnyArgs, (), (reason))

struct AnyCall {
    std::optional<cedar::Json> function;
    std::optional<cedar::Json> args;
};
BOOST_DESCRIBE_STRUCT(AnyCall, (), (function, args))

namespace {

template <class T>
std::optional<T> read(std::string_view json) {
    try {
        return cedar::from_json<T>(json);
    } catch (const cedar::Error&) {
        return std::nullopt;  // of another shape: for the host to judge
    }
}

std::string reason_of(const AnyCall& call) {
    const auto args = call.args ? read<AnyArgs>(call.args->text()) : std::nullopt;
    const auto reason = args && args->reason ? read<std::string>(args->reason->text()) : std::nullopt;
    return reason && !reason->empty() ? *reason : "the model gave no reason";
}

}  // namespace

// Within what strict mode allows: every property required, no others, no choice at the root.
cedar::Json call_format() {
    return cedar::Json(
        R"({"type":"json_schema","json_schema":{"name":"function_call","strict":true,"schema":{"type":"object",)"
        R"("properties":{"function":{"type":"string","enum":["final","abstain"]},"args":{"anyOf":[)"
        R"({"type":"object","properties":{"text":{"type":"string"},"title":{"type":"string"},)"
        R"("run_summary":{"type":"array","items":{"type":"string"}}},"required":["text","title","run_summary"],)"
        R"("additionalProperties":false},)"
        R"({"type":"object","properties":{"reason":{"type":"string"}},"required":["reason"],)"
        R"("additionalProperties":false}]}},"required":["function","args"],"additionalProperties":false}}})");
}

cedar::Json answer_of(const cedar::LlmReply& reply) {
    if (reply.refusal) throw cedar::Error("refused", "the model declined to answer", *reply.refusal);
    if (reply.finish_reason == "content_filter")
        throw cedar::Error("content_filter", "the provider withheld the model's answer");
    const auto call = read<AnyCall>(reply.text);
    if (call && call->function && call->function->text() == R"("abstain")")
        throw cedar::Error("abstain", reason_of(*call));
    return cedar::Json(reply.text);
}

}  // namespace aggregator
