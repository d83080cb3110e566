#include "tests/integration/llm/llm_fixture.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/tls_server.hpp"

namespace cedar::host::services::llm {
namespace {

// Against a server of Node's that offers HTTP/2 by TLS.
class LlmChatHttp2Test : public LlmFixture {
protected:
    void SetUp() override {
        const std::string node = CEDAR_NODE;
        if (node.empty()) GTEST_SKIP() << "there is no node here: apt-get install nodejs";
        const auto certificate = folder_.write("ca.pem", ours_.pem()).string();
        server_ = std::make_unique<Process>(std::vector<std::string>{
            node, CEDAR_H2_SERVER, certificate, folder_.write("key.pem", ours_.key_pem()).string()});
        ASSERT_TRUE(eventually([this] { return server_->out().ends_with('\n') || !server_->running(); }));
        ASSERT_TRUE(server_->running()) << server_->err();
        options_.base_url = "https://127.0.0.1:" + std::to_string(std::stoi(server_->out())) + "/v1";
        options_.transport.ca_file = certificate;
        start();
    }
    static std::string body(const std::string& question, const std::string& more = "") {
        return R"({"messages":[{"role":"user","content":")" + question + "\"}]" + more + "}";
    }
    // What the server has seen up to a new call: "sessions", "aborted", …
    std::uint64_t seen(std::string_view name) {
        const auto answer = text(ask(), "text");
        const auto document = parse_json(answer.substr(std::min(answer.find('{'), answer.size())));
        const auto* value = document && document->IsObject() ? find_member(*document, name) : nullptr;
        EXPECT_TRUE(value != nullptr && value->IsUint64()) << answer;
        return value != nullptr && value->IsUint64() ? value->GetUint64() : 0;
    }

    SelfSigned ours_{"IP:127.0.0.1"};
    TempFolder folder_;
    std::unique_ptr<Process> server_;
};

TEST_F(LlmChatHttp2Test, IsUsedWhereItIsOffered) {
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_OK) << reply.body;
    EXPECT_TRUE(text(reply, "text").starts_with("HTTP/2.0 ")) << reply.body;
}

TEST_F(LlmChatHttp2Test, CallsThatBeginTogetherShareOneConnection) {
    std::vector<Pending> calls;
    for (int i = 0; i < 60; ++i) calls.push_back(begin(body("together")));
    for (auto& call : calls) EXPECT_EQ(call.reply.get().status, CEDAR_OK);
    EXPECT_EQ(seen("sessions"), 1U);
}

TEST_F(LlmChatHttp2Test, ACancelledCallEndsItsStreamAlone) {
    auto slow = begin(body("slow"));
    auto hung = begin(body("hang"));
    ASSERT_TRUE(eventually([this] { return seen("live") >= 2; }));
    hung.cancel();
    EXPECT_EQ(hung.reply.get().status, CEDAR_CANCELLED);
    EXPECT_EQ(slow.reply.get().status, CEDAR_OK);
    EXPECT_TRUE(eventually([this] { return seen("aborted") == 1; }));
    EXPECT_EQ(seen("sessions"), 1U);
}

TEST_F(LlmChatHttp2Test, CarriesAStream) {
    std::string told;
    std::mutex mutex;
    auto call = begin(body("x", R"(,"stream":true)"), std::chrono::seconds(20), [&](EmitKind, std::string json) {
        const auto document = parse_json(json);
        ASSERT_TRUE(document.has_value());
        const std::lock_guard lock(mutex);
        told += string_member(*document, "text");
    });
    const auto reply = call.reply.get();
    EXPECT_EQ(reply.status, CEDAR_OK) << reply.body;
    const std::lock_guard lock(mutex);
    EXPECT_EQ(told, text(reply, "text"));
    EXPECT_TRUE(told.starts_with("HTTP/2.0 ")) << told;
}

TEST_F(LlmChatHttp2Test, AConnectionThatGoesAwayIsAConnectionFailure) {
    const auto reply = ask(body("away"));
    EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(text(reply, "code"), "connection");
    EXPECT_EQ(ask().status, CEDAR_OK);  // on a new one
}

}  // namespace
}  // namespace cedar::host::services::llm
