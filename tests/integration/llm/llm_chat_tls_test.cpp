#include "tests/integration/llm/llm_fixture.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/tls_server.hpp"

#include <csignal>

namespace cedar::host::services::llm {
namespace {

std::string response() {
    const std::string body =
        R"({"model":"m","choices":[{"message":{"role":"assistant","content":"safe"},"finish_reason":"stop"}]})";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

class LlmChatTlsTest : public LlmFixture {
protected:
    LlmChatTlsTest() {
        std::signal(SIGPIPE, SIG_IGN);
        options_.retry.max_attempts = 3;
    }
    SelfSigned ours_{"IP:127.0.0.1"};
    TempFolder folder_;
};

TEST_F(LlmChatTlsTest, ACertificateThatNobodyTrustsIsOneClearFailure) {
    const TlsServer server(ours_, response());
    options_.base_url = server.url();
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(text(reply, "code"), "tls");
    EXPECT_EQ(text(reply, "source"), "transport");
    EXPECT_NE(text(reply, "message").find("llm.ca_file"), std::string::npos) << reply.body;
    EXPECT_FALSE(text(reply, "detail").empty());
    EXPECT_EQ(attempts(reply), 1U);  // another try would find the same
}

TEST_F(LlmChatTlsTest, TheAuthorityThatWasNamedIsTrusted) {
    const TlsServer server(ours_, response());
    options_.base_url = server.url();
    options_.transport.ca_file = folder_.write("ca.pem", ours_.pem()).string();
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_OK) << reply.body;
    EXPECT_EQ(text(reply, "text"), "safe");
}

TEST_F(LlmChatTlsTest, ACertificateForAnotherNameIsRefused) {
    const SelfSigned other("DNS:elsewhere.example");
    const TlsServer server(other, response());
    options_.base_url = server.url();
    options_.transport.ca_file = folder_.write("ca.pem", other.pem()).string();
    start();
    EXPECT_EQ(text(ask(), "code"), "tls");
}

}  // namespace
}  // namespace cedar::host::services::llm
