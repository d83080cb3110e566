#include "host/services/prompt_files.hpp"
#include "host/services/prompt_renderer.hpp"
#include "host/services/reply.hpp"
#include "host/services/services.hpp"

#include <utility>

namespace cedar::host::services {

namespace {

constexpr std::string_view kName = "prompt.render";

std::string messages_json(const std::vector<PromptMessage>& messages) {
    std::string out = "[";
    for (const auto& message : messages) {
        out += out.size() == 1 ? "{\"role\":" : ",{\"role\":";
        append_json_string(out, message.role);
        out += ",\"content\":";
        append_json_string(out, message.content);
        out += '}';
    }
    return out += ']';
}

Result<void> check_version(const PromptTemplate& prompt, std::string_view wanted) {
    if (wanted.empty() || wanted == prompt.version) return {};
    return Error{
        ErrorCode::not_found,
        prompt.place + ": expected version " + std::string(wanted.substr(0, 64)) + ", got " + prompt.version,
        {}};
}

ServiceReply rendered_reply(const PromptTemplate& prompt, const std::vector<PromptMessage>& messages) {
    ServiceReply reply;
    reply.debug_prompt = messages_json(messages);
    reply.prompt_hash = prompt.hash;
    reply.body = "{\"messages\":" + reply.debug_prompt + ",\"hash\":\"" + prompt.hash +
                 "\",\"version\":" + json_string(prompt.version) + "}";
    return reply;
}

class PromptRender final : public Service {
public:
    PromptRender(std::filesystem::path folder, Log& log) : files_(std::move(folder), log) {}

    [[nodiscard]] std::string_view name() const override { return kName; }

    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        done(render(call));
        return {};
    }

private:
    ServiceReply render(const ServiceCall& call) {
        const auto request = read_object(kName, call.body);
        if (!request) return failure(request.error());
        const auto name = text_member(kName, *request, "name");
        if (!name) return failure(name.error());
        const auto found = files_.get(call.component, *name);
        if (!found) return failure(found.error());
        const auto& prompt = *found->prompt;
        if (auto version = check_version(prompt, string_member(*request, "version")); !version) {
            return failure(version.error());
        }
        const JsonValue nothing(rapidjson::kObjectType);
        const JsonValue* values = find_member(*request, "values");
        if (values != nullptr && !values->IsObject()) {
            return failure({ErrorCode::invalid_argument, "prompt.render: values: expected an object", {}});
        }
        const auto messages = render_prompt(prompt, values != nullptr ? *values : nothing);
        if (!messages) return failure(messages.error());
        // Whoever edits a template watches a run, not the log.
        if (!found->problem.empty() && call.emit)
            call.emit(EmitKind::progress, R"({"text":)" + json_string("prompt " + found->problem) + "}");
        return rendered_reply(prompt, *messages);
    }

    PromptFiles files_;
};

}  // namespace

std::shared_ptr<Service> make_prompt_render(std::filesystem::path prompts_dir, Log& log) {
    return std::make_shared<PromptRender>(std::move(prompts_dir), log);
}

}  // namespace cedar::host::services
