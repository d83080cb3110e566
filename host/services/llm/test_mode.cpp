#include "host/services/llm/test_mode.hpp"

#include "host/core/json.hpp"
#include "host/services/llm/call_report.hpp"
#include "host/services/llm/chat_call.hpp"
#include "host/services/llm/failures.hpp"
#include "host/services/llm/token_stream.hpp"

#include <cedar/abi.h>

#include <algorithm>
#include <cmath>

namespace cedar::host::services::llm {

namespace {

constexpr unsigned kDepthMax = 32;
constexpr rapidjson::SizeType kItemsMax = 16;
constexpr std::string_view kWord = "test-mode";
constexpr std::string_view kFinal =
    R"({"function":"final","args":{"text":"Test mode","title":"Test","run_summary":["test-mode"]}})";

std::string instance(const JsonValue& schema, std::string_view name, unsigned depth);

std::string_view type_of(const JsonValue& schema) {
    const auto* type = find_member(schema, "type");
    if (type != nullptr && type->IsArray() && !type->Empty() && (*type)[0].IsString())
        return (*type)[0].GetString();
    if (const auto word = string_member(schema, "type"); !word.empty()) return word;
    return find_member(schema, "properties") != nullptr ? "object" : "string";
}

std::string text_for(const JsonValue& schema, std::string_view name) {
    std::string text(name == "text" ? "Test mode" : name == "title" ? "Test" : kWord);
    const auto* least = find_member(schema, "minLength");
    if (least != nullptr && least->IsUint())
        text.resize(std::max<std::size_t>(text.size(), std::min(least->GetUint(), 4096U)), '.');
    return json_string(text);
}

// Members that are required, and all others too where nothing is: strict schemas require every one.
std::string object_for(const JsonValue& schema, unsigned depth) {
    std::string out = "{";
    const auto* properties = find_member(schema, "properties");
    const auto* required = find_member(schema, "required");
    if (properties == nullptr || !properties->IsObject()) return "{}";
    for (const auto& member : properties->GetObject()) {
        const std::string_view name(member.name.GetString(), member.name.GetStringLength());
        bool needed = required == nullptr || !required->IsArray();
        if (!needed) {
            for (const auto& one : required->GetArray())
                needed = needed || (one.IsString() && one.GetString() == name);
        }
        if (!needed) continue;
        out += (out.size() > 1 ? "," : "") + json_string(name) + ":" + instance(member.value, name, depth + 1);
    }
    return out + '}';
}

std::string array_for(const JsonValue& schema, std::string_view name, unsigned depth) {
    const auto* items = find_member(schema, "items");
    const auto* least = find_member(schema, "minItems");
    rapidjson::SizeType count = least != nullptr && least->IsUint() ? std::min(least->GetUint(), kItemsMax) : 0;
    if (name == "run_summary") count = std::max<rapidjson::SizeType>(count, 1);
    std::string out = "[";
    for (rapidjson::SizeType index = 0; index < count; ++index) {
        out += (index > 0 ? "," : "") + (items != nullptr ? instance(*items, {}, depth + 1) : json_string(kWord));
    }
    return out + ']';
}

std::string number_for(const JsonValue& schema) {
    const auto* least = find_member(schema, "minimum");
    if (least == nullptr || !least->IsNumber()) return "0";
    return std::to_string(static_cast<std::int64_t>(std::ceil(std::clamp(least->GetDouble(), -1e15, 1e15))));
}

std::string instance(const JsonValue& schema, std::string_view name, unsigned depth) {
    if (!schema.IsObject() || depth > kDepthMax) return "null";
    if (const auto* only = find_member(schema, "const")) return to_json(*only);
    const auto* choices = find_member(schema, "enum");
    if (choices != nullptr && choices->IsArray() && !choices->Empty()) return to_json((*choices)[0]);
    for (const auto* word : {"anyOf", "oneOf"}) {
        const auto* branches = find_member(schema, word);
        if (branches != nullptr && branches->IsArray() && !branches->Empty())
            return instance((*branches)[0], name, depth + 1);
    }
    const auto type = type_of(schema);
    if (type == "object") return object_for(schema, depth);
    if (type == "array") return array_for(schema, name, depth);
    if (type == "integer" || type == "number") return number_for(schema);
    if (type == "boolean") return "false";
    return type == "null" ? "null" : text_for(schema, name);
}

// {"type":"json_schema","json_schema":{"schema":…}}
std::string schema_of(const std::string& response_format) {
    const auto document = parse_json(response_format);
    const auto* outer = document ? find_member(*document, "json_schema") : nullptr;
    const auto* schema = outer != nullptr && outer->IsObject() ? find_member(*outer, "schema") : nullptr;
    return schema != nullptr ? to_json(*schema) : std::string{};
}

// A call of the first tool.
std::string tool_calls_for(const std::string& tools) {
    const auto document = parse_json(tools);
    const JsonValue none(rapidjson::kObjectType);
    const auto* function =
        document && (*document)[0].IsObject() ? find_member((*document)[0], "function") : nullptr;
    if (function == nullptr || !function->IsObject()) return "[]";
    const auto* parameters = find_member(*function, "parameters");
    return R"([{"id":"test-mode","type":"function","function":{"name":)" +
           json_string(string_member(*function, "name")) + R"(,"arguments":)" +
           json_string(instance(parameters != nullptr ? *parameters : none, {}, 0)) + "}}]";
}

ChatReply answer_to(const ChatCall& call) {
    ChatReply reply;
    reply.model = kWord;
    reply.finish_reason = "stop";
    if (!call.tools.empty()) {
        reply.tool_calls = tool_calls_for(call.tools);
        reply.finish_reason = "tool_calls";
    } else if (const auto schema = call.format == "json_schema" ? schema_of(call.response_format) : std::string{};
               !schema.empty()) {
        reply.text = smallest_instance(schema);
    } else {
        reply.text = kFinal;
    }
    return reply;
}

class TestModeChat final : public Service {
public:
    [[nodiscard]] std::string_view name() const override { return "llm.chat"; }

    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        const auto chat = parse_chat_call(call.body);
        if (!chat) {
            done(failure_reply(host_failure(CEDAR_INVALID_ARGUMENT, "invalid_request", chat.error().message), {}));
            return {};
        }
        const auto reply = answer_to(*chat);
        if (chat->stream && call.emit) {
            TokenStream shown(chat->stream_field, {});
            shown.add(reply.text);
            if (const auto text = shown.take_all(); !text.empty())
                call.emit(EmitKind::token, "{\"text\":" + json_string(text) + "}");
        }
        done(success_reply(reply, {mode_of(*chat), chat->stream}, {}));
        return {};
    }
};

}  // namespace

std::string smallest_instance(const std::string& schema_json) {
    const auto schema = parse_json(schema_json);
    return schema ? instance(*schema, {}, 0) : "null";
}

std::shared_ptr<Service> make_test_mode_chat() {
    return std::make_shared<TestModeChat>();
}

}  // namespace cedar::host::services::llm
