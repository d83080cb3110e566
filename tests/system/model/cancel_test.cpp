// A run that is cancelled takes its calls to the model with it, and nobody else's.
#include "model_fixture.hpp"

namespace cedar::host {
namespace {

class Cancel : public ModelTest {
protected:
    // Until the endpoint holds so many calls open.
    bool live(std::uint64_t calls) {
        return eventually([&] { return stub_.counter("live") == calls; });
    }
};

constexpr const char* kAnalysis = R"({"content":"How long does a slate roof last?","keep_open":true,)"
                                  R"("components":["analysis.answer","analysis.keywords"]})";

// Reads until a run ends: its last event.
std::string last_of(http::Client& client, const std::string& run_id) {
    for (auto event = client.next_text(); !event.empty(); event = client.next_text()) {
        const auto type = member(event, "type");
        if (member(event, "run_id") == run_id && (type == "final" || type == "error")) return event;
    }
    return "";
}

std::string cancel(const std::string& run_id) {
    return R"({"action":"cancel","run_id":")" + run_id + "\"}";
}

TEST_F(Cancel, EndsEveryTransferOfItsRunAndNoOther) {
    stub_.set_rules(always(R"({"text":"x","fault":"hang"})"));
    import_roofs();
    const auto server = serve_model();
    http::Client client(server->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project_id(*server)));
    std::vector<std::string> runs;
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(client.text(kAnalysis));
        std::string event;
        while (member(event, "type") != "ack") {
            event = client.next_text();
            ASSERT_FALSE(event.empty());
        }
        runs.push_back(member(event, "run_id"));
        ASSERT_TRUE(live(2 * runs.size())) << stub_.counter("live");
    }
    for (std::size_t left = 2; left-- > 0;) {
        ASSERT_TRUE(client.text(cancel(runs[left])));
        EXPECT_EQ(member(last_of(client, runs[left]), "error"), "cancelled");
        EXPECT_TRUE(live(2 * left)) << stub_.counter("live");
    }
    EXPECT_EQ(stub_.counter("aborted"), 4U);
    EXPECT_EQ(stub_.counter("calls"), 4U);  // nothing is tried again
    client.shut();
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Cancel, EndsTheCallOfTheAggregatorWhileItStreams) {
    stub_.set_rules(always(R"({"text":"word ","endless":true,"chunk_gap_ms":5})"));
    import_roofs();
    const auto server = serve_model();
    http::Client client(server->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project_id(*server)));
    ASSERT_TRUE(client.text(kQuestion));
    const auto run_id = member(client.next_text(), "run_id");
    ASSERT_TRUE(live(1));
    ASSERT_TRUE(client.text(cancel(run_id)));
    EXPECT_EQ(member(last_of(client, run_id), "error"), "cancelled");
    EXPECT_TRUE(live(0));
    EXPECT_EQ(client.close_code(), 1000U);
    client.shut();
    EXPECT_EQ(server->stop(), 0);
}

}  // namespace
}  // namespace cedar::host
