#pragma once
#include "host/core/json.hpp"
#include "host/ports/service.hpp"

#include <cedar/abi.h>

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host {

// A service `llm.chat` without a model: answers what the test has scripted, in turn, the last one again and again.
// Keeps what it was asked. Thread: any.
class ScriptedModel final : public Service {
public:
    [[nodiscard]] std::string_view name() const override { return "llm.chat"; }

    void says(const std::string& text) {
        ServiceReply reply;
        reply.body = "{\"text\":" + json_string(text) + R"(,"model":"scripted","finish_reason":"stop"})";
        add(std::move(reply));
    }
    void fails(const std::string& code, const std::string& message, cedar_status status = CEDAR_UNAVAILABLE) {
        ServiceReply reply;
        reply.status = status;
        reply.body = "{\"code\":" + json_string(code) + ",\"message\":" + json_string(message) + "}";
        add(std::move(reply));
    }

    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        ServiceReply reply;
        {
            const std::lock_guard lock(mutex_);
            asked_.push_back(std::move(call.body));
            if (script_.empty()) {
                reply.status = CEDAR_UNAVAILABLE;
                reply.body = R"({"code":"no_script","message":"the test has scripted no answer"})";
            } else {
                reply = script_.front();
                if (script_.size() > 1) script_.pop_front();
            }
        }
        done(std::move(reply));
        return {};
    }

    [[nodiscard]] std::vector<std::string> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

private:
    void add(ServiceReply reply) {
        const std::lock_guard lock(mutex_);
        script_.push_back(std::move(reply));
    }

    mutable std::mutex mutex_;
    std::deque<ServiceReply> script_;
    std::vector<std::string> asked_;
};

// A service `llm.capabilities` that reports what it is made with.
class FixedAbilities final : public Service {
public:
    explicit FixedAbilities(bool json_schema) : json_schema_(json_schema) {}

    [[nodiscard]] std::string_view name() const override { return "llm.capabilities"; }
    [[nodiscard]] Cancel call(ServiceCall, Done done) override {
        ServiceReply reply;
        reply.body = std::string(R"({"model":"scripted","json_schema":)") + (json_schema_ ? "true" : "false") +
                     R"(,"json_object":false,"tools":false,"stream_usage":false,"source":"configuration"})";
        done(std::move(reply));
        return {};
    }

private:
    bool json_schema_;
};

}  // namespace cedar::host
