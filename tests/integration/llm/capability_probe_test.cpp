#include "host/services/llm/capability_probe.hpp"

#include "tests/integration/llm/llm_fixture.hpp"

namespace cedar::host::services::llm {
namespace {

class CapabilityProbeTest : public LlmFixture {
protected:
    void begin_probe() {
        start();
        shared_ = std::shared_ptr<LlmChat>(chat_.get(), [](LlmChat*) {});
        probe_ = std::make_unique<CapabilityProbe>(shared_);
    }
    std::future<ServiceReply> probe(const std::string& body = "{}") const {
        ServiceCall call;
        call.component = "test.component";
        call.body = body;
        auto promise = std::make_shared<std::promise<ServiceReply>>();
        static_cast<void>(
            probe_->call(std::move(call), [promise](ServiceReply reply) { promise->set_value(std::move(reply)); }));
        return promise->get_future();
    }
    std::shared_ptr<LlmChat> shared_;
    std::unique_ptr<CapabilityProbe> probe_;
};

TEST_F(CapabilityProbeTest, SaysWhatTheEndpointDidNotWhatItTook) {
    stub_.set_rules(
        R"({"rules":[{"contains":"json_schema","reply":{"text":"{\"answer\":\"cedar\"}"}},)"
        R"({"contains":"json_object","reply":{"text":"Hello!"}},)"
        R"({"contains":"tool_choice","reply":{"status":400,"body":"{\"error\":{\"message\":\"what?\"}}"}},)"
        R"({"reply":{"text":"Hello!"}}]})");
    begin_probe();
    EXPECT_EQ(
        probe().get().body,
        R"({"model":"gpt-5","json_schema":true,"json_object":false,"tools":false,"stream_usage":true,"source":"probe"})");
    EXPECT_EQ(stub_.counter("calls"), 4U);
    EXPECT_EQ(probe().get().status, CEDAR_OK);
    EXPECT_EQ(stub_.counter("calls"), 4U);  // asked once
    const auto refused =
        ask(R"({"messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_object"}})");
    EXPECT_EQ(refused.status, CEDAR_UNSUPPORTED);
    EXPECT_EQ(text(refused, "code"), "unsupported_mode");
}

TEST_F(CapabilityProbeTest, CallersThatComeMeanwhileShareIt) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"{\"answer\":\"cedar\"}","delay_ms":30}}]})");
    begin_probe();
    std::vector<std::future<ServiceReply>> all;
    for (int i = 0; i < 10; ++i) all.push_back(probe());
    for (auto& one : all) EXPECT_EQ(one.get().status, CEDAR_OK);
    EXPECT_EQ(stub_.counter("calls"), 4U);
}

TEST_F(CapabilityProbeTest, AProbeThatCouldNotBeMadeIsAFailureAndForgotten) {
    stub_.set_rules(R"({"rules":[{"reply":{"status":401,"body":"{}"}}]})");
    begin_probe();
    EXPECT_EQ(text(probe().get(), "code"), "provider_auth");
    stub_.set_rules(R"({"rules":[{"reply":{"text":"{\"answer\":\"cedar\"}"}}]})");
    EXPECT_EQ(probe().get().status, CEDAR_OK);
}

TEST_F(CapabilityProbeTest, AnEndpointThatRefusesEverythingIsAFailure) {
    stub_.set_rules(R"({"rules":[{"reply":{"status":400,"body":"{}"}}]})");
    begin_probe();
    EXPECT_EQ(text(probe().get(), "code"), "provider_bad_request");
}

TEST_F(CapabilityProbeTest, AsksNothingWithoutAKeyOrWhereItIsConfigured) {
    options_.api_key.clear();
    begin_probe();
    EXPECT_EQ(text(probe().get(), "code"), "missing_key");
    EXPECT_EQ(stub_.counter("connections"), 1U);
}

TEST_F(CapabilityProbeTest, WhatIsConfiguredIsNotAsked) {
    options_.capabilities = Capabilities{false, true, false, false, "configuration"};
    begin_probe();
    EXPECT_EQ(probe(R"({"model":"fast"})").get().body,
              R"({"model":"gpt-5-mini","json_schema":false,"json_object":true,"tools":false,"stream_usage":false,)"
              R"("source":"configuration"})");
    EXPECT_EQ(stub_.counter("calls"), 0U);
}

TEST_F(CapabilityProbeTest, RefusesAnotherRequest) {
    begin_probe();
    for (const auto* body : {"", "[]", R"({"models":1})", R"({"model":1})"}) {
        EXPECT_EQ(probe(body).get().status, CEDAR_INVALID_ARGUMENT) << body;
    }
}

}  // namespace
}  // namespace cedar::host::services::llm
