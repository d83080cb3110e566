#include "host/services/llm/capability_probe.hpp"

#include "host/core/json.hpp"
#include "host/services/llm/call_report.hpp"
#include "host/services/llm/failures.hpp"
#include "host/services/llm/llm_chat.hpp"

#include <cedar/abi.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace cedar::host::services::llm {

namespace {

constexpr int kUnprocessable = 422, kUnsupportedMedia = 415, kNotImplemented = 501;

// One question and the member that its outcome decides.
struct Question {
    bool Capabilities::*answer;
    std::string_view body;
    bool (*is_met)(const JsonValue& reply);
};

// The answer's text as a JSON object, as the formats promise it.
std::optional<JsonDocument> object_in(const JsonValue& reply) {
    auto document = parse_json(string_member(reply, "text"));
    if (!document || !document->IsObject()) return std::nullopt;
    return std::move(*document);
}

bool follows_the_schema(const JsonValue& reply) {
    const auto answer = object_in(reply);
    return answer && string_member(*answer, "answer") == "cedar";
}

bool is_object(const JsonValue& reply) {
    return object_in(reply).has_value();
}

bool calls_the_tool(const JsonValue& reply) {
    const auto* calls = find_member(reply, "tool_calls");
    return calls != nullptr && calls->IsArray() && !calls->Empty();
}

bool counts_in_a_stream(const JsonValue& reply) {
    const auto* reported = find_member(reply, "usage_reported");
    const auto* streamed = find_member(reply, "streamed");
    return reported != nullptr && reported->IsTrue() && streamed != nullptr && streamed->IsTrue();
}

// The words do not ask for what the schema and the tool ask for: an endpoint that ignores the field is found out.
constexpr std::array kQuestions{
    Question{&Capabilities::json_schema,
             R"({"messages":[{"role":"user","content":"Capability probe: say hello."}],"response_format":)"
             R"({"type":"json_schema","json_schema":{"name":"probe","strict":true,"schema":{"type":"object",)"
             R"("properties":{"answer":{"type":"string","enum":["cedar"]}},"required":["answer"],)"
             R"("additionalProperties":false}}}})",
             follows_the_schema},
    Question{&Capabilities::json_object,
             R"({"messages":[{"role":"user","content":"Capability probe: say hello in a JSON object."}],)"
             R"("response_format":{"type":"json_object"}})",
             is_object},
    Question{
        &Capabilities::tools,
        R"({"messages":[{"role":"user","content":"Capability probe: say hello."}],"tools":[{"type":"function",)"
        R"("function":{"name":"probe","description":"Takes a greeting.","parameters":{"type":"object",)"
        R"("properties":{"text":{"type":"string"}},"required":["text"]}}}],"tool_choice":"required"})",
        calls_the_tool},
    Question{&Capabilities::stream_usage,
             R"({"messages":[{"role":"user","content":"Capability probe: say hello."}],"stream":true})",
             counts_in_a_stream},
};

// Whether the endpoint said that it does not know the field, rather than that something is amiss.
bool refused_the_field(const JsonValue& failure) {
    if (string_member(failure, "code") == "provider_bad_request") return true;
    const auto* provider = find_member(failure, "provider");
    const auto* status = provider != nullptr ? find_member(*provider, "status") : nullptr;
    if (status == nullptr || !status->IsInt()) return false;
    const int code = status->GetInt();
    return code == kUnprocessable || code == kUnsupportedMedia || code == kNotImplemented;
}

ServiceReply refusal(const std::string& message) {
    return failure_reply(host_failure(CEDAR_INVALID_ARGUMENT, "invalid_request", message), {});
}

// {} or {"model": …}: the model's name or role.
Result<std::string> wanted_model(const std::string& body) {
    auto document = parse_json(body);
    if (!document) return document.error();
    const Error wrong{
        ErrorCode::invalid_argument, "llm.capabilities: expected {} or {\"model\": text}, got another request", {}};
    if (!document->IsObject() || document->MemberCount() > 1) return wrong;
    if (document->MemberCount() == 0) return std::string{};
    const auto* model = find_member(*document, "model");
    if (model != nullptr && model->IsNull()) return std::string{};
    if (model == nullptr || !model->IsString()) return wrong;
    return std::string(model->GetString(), model->GetStringLength());
}

ServiceReply success(const Capabilities& capabilities, std::string_view model) {
    ServiceReply reply;
    reply.status = CEDAR_OK;
    reply.body = to_json(capabilities, model);
    return reply;
}

}  // namespace

// Probes under way, by model. Lock discipline: nothing is called under the mutex.
struct CapabilityProbe::State : std::enable_shared_from_this<State> {
    struct Probe {
        Capabilities found;
        std::size_t left = kQuestions.size(), refused = 0;
        std::optional<ServiceReply> failure;  // the first
        std::vector<Done> waiting;
    };

    void ask(const std::string& model, Done done) {
        {
            const std::lock_guard lock(mutex);
            auto& probe = probes[model];
            probe.waiting.push_back(std::move(done));
            if (probe.waiting.size() > 1) return;
        }
        for (std::size_t index = 0; index < kQuestions.size(); ++index) {
            ServiceCall call;
            call.component = "host";
            call.body = std::string(kQuestions[index].body);
            call.body.insert(1, "\"model\":" + json_string(model) + ",");
            call.deadline = SteadyTime::max();  // llm.total_timeout_ms bounds it
            static_cast<void>(
                chat->call(std::move(call), [self = shared_from_this(), model, index](ServiceReply reply) {
                    self->heard(model, kQuestions[index], reply);
                }));
        }
    }

    void heard(const std::string& model, const Question& question, const ServiceReply& reply) {
        const auto document = parse_json(reply.body, {.max_bytes = std::size_t{16} << 20});
        std::vector<Done> waiting;
        ServiceReply outcome;
        {
            const std::lock_guard lock(mutex);
            auto& probe = probes[model];
            if (reply.status == CEDAR_OK && document) {
                probe.found.*question.answer = question.is_met(*document);
            } else if (document && refused_the_field(*document) && ++probe.refused < kQuestions.size()) {
                probe.found.*question.answer = false;
            } else if (!probe.failure) {
                probe.failure = reply;
            }
            if (--probe.left > 0) return;
            if (!probe.failure) chat->learn(model, probe.found);
            outcome = probe.failure ? *probe.failure : success(probe.found, model);
            waiting = std::move(probe.waiting);
            probes.erase(model);
        }
        for (const Done& done : waiting) done(outcome);
    }

    std::shared_ptr<LlmChat> chat;
    std::mutex mutex;
    std::map<std::string, Probe, std::less<>> probes;
};

CapabilityProbe::CapabilityProbe(std::shared_ptr<LlmChat> chat) : state_(std::make_shared<State>()) {
    state_->chat = std::move(chat);
}

CapabilityProbe::~CapabilityProbe() = default;

Service::Cancel CapabilityProbe::call(ServiceCall call, Done done) {
    const auto asked = wanted_model(call.body);
    if (!asked) {
        done(refusal(asked.error().message));
        return {};
    }
    const auto model = state_->chat->model_named(*asked);
    if (const auto known = state_->chat->capabilities(model)) {
        done(success(*known, model));
    } else {
        state_->ask(model, std::move(done));
    }
    return {};
}

namespace {

class FixedCapabilities final : public Service {
public:
    explicit FixedCapabilities(Capabilities capabilities) : capabilities_(capabilities) {}
    [[nodiscard]] std::string_view name() const override { return "llm.capabilities"; }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        const auto asked = wanted_model(call.body);
        done(asked ? success(capabilities_, asked->empty() ? "main" : *asked) : refusal(asked.error().message));
        return {};
    }

private:
    const Capabilities capabilities_;
};

}  // namespace

std::shared_ptr<Service> make_fixed_capabilities(Capabilities capabilities) {
    return std::make_shared<FixedCapabilities>(capabilities);
}

}  // namespace cedar::host::services::llm
