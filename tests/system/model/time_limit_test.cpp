// Each limit in the life of a call, passed on purpose.
#include "model_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cedar::host {
namespace {

class TimeLimits : public ModelTest {};

// Takes connections into its backlog and never says a word.
class SilentPort {
public:
    SilentPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        CEDAR_CHECK(::bind(socket_, raw, size) == 0 && ::listen(socket_, 64) == 0);
        CEDAR_CHECK(::getsockname(socket_, raw, &size) == 0);
        port_ = ntohs(address.sin_port);
    }
    ~SilentPort() { ::close(socket_); }
    SilentPort(const SilentPort&) = delete;
    SilentPort& operator=(const SilentPort&) = delete;
    [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/v1"; }

private:
    int socket_;
    unsigned port_ = 0;
};

TEST_F(TimeLimits, ConnectTakesTheHandshakeIn) {
    const SilentPort silent;
    import_roofs();
    const auto server = serve_model({"--set", "llm.connect_timeout_ms=100", "--set", "llm.max_attempts=1"},
                                    {{"OPENAI_BASE_URL", silent.url()}});
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    EXPECT_TRUE(failed_with(run, "aggregator: time_limit_connect"));
}

TEST_F(TimeLimits, FirstByte) {
    stub_.set_rules(always(R"({"text":"x","fault":"hang"})"));
    const SeenRun run = ask_model({"--set", "llm.first_byte_timeout_ms=100", "--set", "llm.max_attempts=2"});
    EXPECT_TRUE(failed_with(run, "aggregator: time_limit_first_byte"));
    EXPECT_EQ(stub_.counter("calls"), 2U);
}

TEST_F(TimeLimits, Stall) {
    stub_.set_rules(always(R"({"text":"a longer text that is cut","fault":"stall"})"));
    const SeenRun run = ask_model({"--set", "llm.stall_timeout_ms=100", "--set", "llm.max_attempts=1"});
    EXPECT_TRUE(failed_with(run, "aggregator: time_limit_stall"));
}

TEST_F(TimeLimits, Total) {
    stub_.set_rules(always(R"({"text":"x","fault":"hang"})"));
    const SeenRun run = ask_model({"--set", "llm.total_timeout_ms=150"});
    EXPECT_TRUE(failed_with(run, "aggregator: time_limit_total"));
    EXPECT_TRUE(eventually([&] { return stub_.counter("live") == 0; }));
}

TEST_F(TimeLimits, TotalEndsAStreamThatNeverDoes) {
    stub_.set_rules(always(R"({"text":"{}","chunk_chars":1,"chunk_gap_ms":5,"endless":true})"));
    const SeenRun run = ask_model({"--set", "llm.total_timeout_ms=300"});
    EXPECT_TRUE(failed_with(run, "aggregator: time_limit_total"));
    EXPECT_TRUE(eventually([&] { return stub_.counter("live") == 0; }));
    EXPECT_EQ(stub_.counter("calls"), 1U);
}

TEST_F(TimeLimits, Queue) {
    stub_.set_rules(always(R"({"text":"x","fault":"hang"})"));
    import_roofs();
    const auto server = serve_model({"--set", "llm.calls_max=1", "--set", "llm.queue_timeout_ms=100"});
    const auto project = project_id(*server);
    http::Client first(server->port());
    ASSERT_TRUE(first.open("/ws/chat/" + project));
    ASSERT_TRUE(first.text(kQuestion));
    ASSERT_TRUE(eventually([&] { return stub_.counter("live") == 1; }));
    EXPECT_TRUE(failed_with(chat(server->port(), project, kQuestion), "aggregator: time_limit_queue"));
}

TEST_F(TimeLimits, TheRunsOwnTimeBoundsThemAll) {
    stub_.set_rules(always(R"({"text":"x","fault":"hang"})"));
    const SeenRun run =
        ask_model({}, R"({"action":"chat","content":"How long does a slate roof last?","timeout_ms":1500})");
    ASSERT_EQ(run.last_type, "error") << run.all();
    EXPECT_NE(member(run.events.back(), "error").find("aggregator: "), std::string::npos) << run.events.back();
    EXPECT_TRUE(eventually([&] { return stub_.counter("live") == 0; }));
}

}  // namespace
}  // namespace cedar::host
