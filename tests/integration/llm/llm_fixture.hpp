#pragma once
#include "host/core/json.hpp"
#include "host/ports/clock.hpp"
#include "host/services/llm/llm_chat.hpp"
#include "tests/support/llm_stub_process.hpp"
#include "tests/support/recording_log.hpp"

#include <cedar/abi.h>

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cedar::host::services::llm {

inline constexpr std::string_view kBody = R"({"messages":[{"role":"user","content":"Hi"}]})";

struct RealClock final : Clock {
    [[nodiscard]] Now now() const override {
        return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
    }
};

// The service on a loop of its own, against the stub in a process of its own.
class LlmFixture : public testing::Test {
protected:
    LlmFixture() : work_(boost::asio::make_work_guard(loop_)) {
        options_.base_url = stub_.url();
        options_.api_key = "test-key-canary";
        options_.retry.backoff_base = std::chrono::milliseconds(1);
    }
    ~LlmFixture() override { stop(); }

    void start() {
        chat_ = std::make_unique<LlmChat>(options_, loop_, clock_, log_);
        thread_ = std::thread([this] { loop_.run(); });
    }
    void stop() {
        if (!thread_.joinable()) return;
        work_.reset();
        loop_.stop();
        thread_.join();
        chat_.reset();
    }

    struct Pending {
        std::future<ServiceReply> reply;
        Service::Cancel cancel;
    };
    Pending begin(std::string_view body = kBody, std::chrono::milliseconds limit = std::chrono::seconds(20),
                  std::function<void(EmitKind, std::string)> emit = nullptr) {
        ServiceCall call;
        call.component = "test.component";
        call.body = body;
        call.deadline = clock_.now().steady + limit;
        auto scope = std::make_shared<InvocationScope>();
        scope->run_id = "run";
        call.scope = std::move(scope);
        call.emit = std::move(emit);
        auto promise = std::make_shared<std::promise<ServiceReply>>();
        Pending pending;
        pending.reply = promise->get_future();
        pending.cancel =
            chat_->call(std::move(call), [promise](ServiceReply reply) { promise->set_value(std::move(reply)); });
        return pending;
    }
    ServiceReply ask(std::string_view body = kBody, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
        return begin(body, limit).reply.get();
    }

    static std::string text(const ServiceReply& reply, std::string_view field) {
        const auto document = parse_json(reply.body);
        EXPECT_TRUE(document.has_value()) << reply.body;
        return document ? std::string(string_member(*document, field)) : std::string{};
    }
    static std::size_t attempts(const ServiceReply& reply) {
        const auto document = parse_json(reply.body);
        const auto* list = document ? find_member(*document, "attempts") : nullptr;
        return list != nullptr && list->IsArray() ? list->Size() : 0;
    }

    RealClock clock_;
    cedar::host::RecordingLog log_;
    cedar::host::LlmStubProcess stub_{CEDAR_LLM_STUB};
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    LlmOptions options_;
    std::unique_ptr<LlmChat> chat_;
    std::thread thread_;
};

}  // namespace cedar::host::services::llm
