// A host that has no file descriptor left: those that wait are told, what is open goes on, and it recovers.
#include "cedar_fixture.hpp"

#include <fstream>

namespace cedar::host {
namespace {

class Descriptors : public CedarTest {
protected:
    // `cedar serve` that may open 64 descriptors, listening on port().
    void serve_with_few() {
        const auto port_file = folder_ / "port";
        auto line =
            command({"serve", "--port", "0", "--port-file", port_file.string(), "--aggregator", kExtractive});
        line.insert(line.begin(), {"/bin/sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"});
        process_ = std::make_unique<Process>(line);
        const auto port = [&] {
            std::ifstream in(port_file);
            in >> port_;
            return port_ != 0;
        };
        ASSERT_TRUE(eventually([&] { return port() || !process_->running(); }));
        ASSERT_TRUE(process_->running()) << process_->err();
    }
    std::string chat(http::Client& socket) {
        EXPECT_TRUE(socket.text(R"({"action":"chat","content":"slate?","keep_open":true})"));
        return read_run(socket).last_type;
    }

    std::unique_ptr<Process> process_;
    std::uint16_t port_ = 0;
};

TEST_F(Descriptors, ThatAreUsedUpCostOnlyNewConnections) {
    import_roofs();
    serve_with_few();
    http::Client socket(port_);
    ASSERT_TRUE(socket.open("/ws/chat/1"));
    ASSERT_EQ(chat(socket), "final");

    std::vector<std::unique_ptr<http::Client>> flood;
    for (int i = 0; i < 80; ++i) flood.push_back(std::make_unique<http::Client>(port_));
    const auto told = flood.back()->answer();
    ASSERT_TRUE(told) << process_->err();
    EXPECT_EQ(told->status, 503U);
    EXPECT_NE(told->body.find("file descriptor"), std::string::npos) << told->body;
    EXPECT_EQ(chat(socket), "final") << "an open socket goes on";

    flood.clear();
    // What was closed is seen one by one; a request in between may still be told 503.
    EXPECT_TRUE(eventually([&] {
        const auto health = http::Client(port_).ask("GET", "/healthz");
        return health && health->status == 200;
    })) << process_->err();
    EXPECT_EQ(chat(socket), "final");
    process_->kill(SIGTERM);
    EXPECT_EQ(process_->wait(), 0) << process_->err();
    const auto log = process_->err();
    EXPECT_NE(log.find("connections wait, the system refuses to accept"), std::string::npos) << log;
}

}  // namespace
}  // namespace cedar::host
