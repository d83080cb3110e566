// What stops a start, and in which words.
#include "cedar_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cedar::host {
namespace {

class Start : public CedarTest {};

// Listens on a loopback port of its own, or on the one that is asked for if that is free.
class Occupant {
public:
    explicit Occupant(std::uint16_t port = 0) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        taken_ = ::bind(socket_, raw, size) != 0 || ::listen(socket_, 1) != 0;
        ::getsockname(socket_, raw, &size);
        port_ = taken_ ? port : ntohs(address.sin_port);
    }
    ~Occupant() { ::close(socket_); }
    Occupant(const Occupant&) = delete;
    Occupant& operator=(const Occupant&) = delete;
    [[nodiscard]] std::string port() const { return std::to_string(port_); }

private:
    int socket_;
    bool taken_ = false;
    std::uint16_t port_ = 0;
};

TEST_F(Start, MovesFromAnOccupiedDefaultPortAndSaysSo) {
    const Occupant occupant(8000);  // by this test or by somebody else: occupied
    Process server(command({"serve", "--port-file", (folder_ / "port").string()}));
    ASSERT_TRUE(
        eventually([&] { return server.out().find("cedar serves") != std::string::npos || !server.running(); }));
    EXPECT_NE(server.out().find("(port 8000 is taken)"), std::string::npos) << server.out() << server.err();
    server.kill(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
}

TEST_F(Start, RefusesAnOccupiedPortThatSomebodyAskedFor) {
    const Occupant occupant;
    folder_.write("port.toml", "server.port = " + occupant.port());
    Process::Options by_variable;
    by_variable.environment["CEDAR_PORT"] = occupant.port();
    for (const Ended& ended : {run({"serve", "--port", occupant.port()}), run({"serve"}, by_variable),
                               run({"serve", "--config", (folder_ / "port.toml").string()})}) {
        EXPECT_EQ(ended.code, 2);
        EXPECT_NE(ended.err.find("127.0.0.1:" + occupant.port()), std::string::npos) << ended.err;
    }
}

TEST_F(Start, RefusesAnAddressThatOthersCanReach) {
    const Ended ended = run({"serve", "--host", "0.0.0.0"});
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(
        ended.err,
        "server.host: expected a loopback address, or an access token beside it (--token-file), got \"0.0.0.0\" "
        "from flag --host\n");
}

TEST_F(Start, RefusesABadConfigurationInOneSentence) {
    folder_.write("cedar.toml", "run.timeout_ms = \"abc\"\n");
    Process::Options here;
    here.folder = folder_.path().string();
    const Ended bad_value = run({"components", "--config", "cedar.toml"}, here);
    EXPECT_EQ(bad_value.code, 2);
    EXPECT_EQ(bad_value.err, "cedar.toml: run.timeout_ms: expected 1 to 600000, got \"abc\"\n");
    folder_.write("cedar.toml", "run.timeout = 5\n");
    const Ended unknown = run({"components", "--config", "cedar.toml"}, here);
    EXPECT_EQ(unknown.code, 2);
    EXPECT_EQ(unknown.err,
              "cedar.toml: run.timeout: expected a known key such as run.timeout_ms, got 5 for one that does not "
              "exist\n");
}

TEST_F(Start, RefusesADataDirectoryThatIsAFile) {
    const auto file = folder_.write("data", "not a folder");
    const Ended ended = run({"serve", "--port", "0"});
    EXPECT_EQ(ended.code, 2);
    EXPECT_NE(ended.err.find(file.string()), std::string::npos) << ended.err;
}

TEST_F(Start, WarnsOfAnUnknownVariable) {
    Process::Options options;
    options.environment["CEDAR_PROT"] = "1";
    const Ended ended = run({"components"}, options);
    EXPECT_EQ(ended.code, 0);
    EXPECT_NE(ended.err.find("CEDAR_PROT is not a variable of this host"), std::string::npos) << ended.err;
}

TEST_F(Start, PrintsWhereEachValueCameFrom) {
    folder_.write("data/cedar.toml", "aggregator = \"from.file\"\n");
    Process::Options options;
    options.environment["CEDARPY_PORT"] = "81";
    const Ended ended = run({"config", "--run-timeout-ms", "7"}, options);
    EXPECT_EQ(ended.code, 0);
    EXPECT_NE(ended.out.find("aggregator = \"from.file\""), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("# file " + data() + "/cedar.toml"), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("# environment CEDARPY_PORT"), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("# flag --run-timeout-ms"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace cedar::host
