// What befalls the process: no descriptors, asked to stop under load, watched by a service manager, doors.
#include "faults_fixture.hpp"
#include "tests/support/notify_socket.hpp"
#include "tests/support/tls_files.hpp"

#include <sys/resource.h>

namespace cedar::host {
namespace {

using http::Client;
class HostFaults : public FaultsTest {};

TEST_F(HostFaults, WithoutDescriptorsWhatIsOpenGoesOn) {
    host();
    Client probe(port(), 0, 2);
    ASSERT_EQ(probe.ask("GET", "/readyz")->status, 200U);
    Client socket(port(), 0, 2);
    ASSERT_TRUE(socket.open(socket_path()));
    const rlimit few{vitals().descriptors + 5, vitals().descriptors + 5};
    ASSERT_EQ(::prlimit(server().process().pid(), RLIMIT_NOFILE, &few, nullptr), 0);
    std::vector<std::unique_ptr<Client>> many;
    for (int i = 0; i < 40; ++i) many.push_back(std::make_unique<Client>(port()));
    EXPECT_TRUE(eventually([&] { return probe.ask("GET", "/readyz")->status == 503; }));
    const double before = vitals().cpu_seconds;
    EXPECT_TRUE(socket.text(R"({"content":"roof"})"));
    EXPECT_EQ(read_run(socket).last_type, "final");
    static_cast<void>(probe.hears_within(std::chrono::milliseconds(1000)));  // a second of waiting for descriptors
    EXPECT_LT(vitals().cpu_seconds - before, 0.7) << "a busy loop";
    many.clear();
    socket.shut();
    EXPECT_TRUE(eventually([&] { return probe.ask("GET", "/readyz")->status == 200; }));
    probe.shut();
    EXPECT_TRUE(eventually([this] { return serves_others(); }));
    expect_unharmed();
}

TEST_F(HostFaults, AskedToStopUnderLoadEndEveryRunInOrder) {
    const auto host = serve({"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES, "--set",
                             "components.sample.wait={\"seconds\":60}", "--set", "run.drain_ms=1500"});
    const auto path = "/ws/chat/" + project_id(*host);
    std::vector<std::unique_ptr<Client>> watchers;
    for (int i = 0; i < 30; ++i) {
        watchers.push_back(std::make_unique<Client>(host->port()));
        ASSERT_TRUE(watchers.back()->open(path));
        ASSERT_TRUE(watchers.back()->text(R"({"content":"wait","components":["sample.wait"]})"));
        ASSERT_FALSE(watchers.back()->next_text().empty());  // accepted
    }
    Client probe(host->port());
    ASSERT_EQ(probe.ask("GET", "/readyz")->status, 200U);
    host->process().kill(SIGTERM);
    EXPECT_TRUE(eventually([&] { return probe.ask("GET", "/readyz")->status == 503; }));
    EXPECT_EQ(Client(host->port()).upgrade(path)->status, 503U);
    EXPECT_EQ(probe.ask("GET", "/healthz")->status, 200U);
    for (auto& watcher : watchers) {
        std::string last;
        auto frame = watcher->next();
        for (; frame && frame->opcode == 1; frame = watcher->next()) last = frame->payload;
        EXPECT_EQ(member(last, "type"), "error") << last;
        ASSERT_TRUE(frame && frame->opcode == 8);
        EXPECT_TRUE(frame->close_code() == 1001 || frame->close_code() == 1000) << frame->close_code();
        watcher->shut();  // or the host would wait for its answer
    }
    EXPECT_EQ(host->process().wait(), 0) << host->process().err();
}

TEST_F(HostFaults, AServiceManagerHearsEachStep) {
    const auto name = (folder_ / "notify").string();
    NotifySocket manager(name);
    Process::Options options;
    options.environment = {{"NOTIFY_SOCKET", name}, {"WATCHDOG_USEC", "200000"}};
    Process process(command({"serve", "--port", "0", "--aggregator", kExtractive}), options);
    EXPECT_EQ(manager.next().rfind("READY=1\nSTATUS=serving http://127.0.0.1:", 0), 0U) << process.err();
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    process.kill(SIGTERM);
    std::string message = manager.next();
    while (message == "WATCHDOG=1") message = manager.next();
    EXPECT_EQ(message.rfind("STOPPING=1\n", 0), 0U) << message;
    EXPECT_EQ(process.wait(), 0);
}

TEST_F(HostFaults, OthersAreServedOnlyWithAToken) {
    folder_.write("token", "a-token-of-this-test\n");
    const auto host = serve({"--host", "0.0.0.0", "--token-file", (folder_ / "token").string()});
    Client client(host->port());
    EXPECT_EQ(client.ask("GET", "/healthz")->status, 200U);
    EXPECT_EQ(Client(host->port()).ask("GET", "/api/projects")->status, 401U);
    EXPECT_EQ(client.ask("GET", "/api/projects", "", "Authorization: Bearer a-token-of-this-test\r\n")->status,
              200U);
    EXPECT_EQ(host->stop(), 0);
    EXPECT_EQ((host->process().out() + host->process().err()).find("a-token"), std::string::npos);
}

TEST_F(HostFaults, ACertificateIsRenewedBySighupAndABrokenOneChangesNothing) {
    const TlsFiles files(folder_.path(), "door");
    const auto host = serve({"--aggregator", kExtractive, "--tls-certificate", files.certificate.string(),
                             "--tls-key", files.key.string()});
    const auto shown = [&] { return Client(Client::tls, host->port()).certificate(); };
    Client open(Client::tls, host->port());
    const auto before = open.certificate();
    const TlsFiles renewed(folder_.path(), "door");
    host->process().kill(SIGHUP);
    EXPECT_TRUE(eventually([&] { return shown() != before; }));
    EXPECT_EQ(open.ask("GET", "/healthz")->status, 200U);
    const auto after = shown();
    folder_.write("door.key", "half a ke");
    host->process().kill(SIGHUP);
    EXPECT_TRUE(eventually([&] {
        return host->process().err().find("the certificate before stays in use: " + files.key.string()) !=
               std::string::npos;
    })) << host->process().err();
    EXPECT_EQ(shown(), after);
    open.shut();
    EXPECT_EQ(host->stop(), 0) << host->process().err();
}

TEST_F(HostFaults, DoorsThatCannotBeLockedStopTheStart) {
    folder_.write("short", "short\n");
    const Ended token = run({"serve", "--host", "0.0.0.0", "--token-file", (folder_ / "short").string()});
    EXPECT_EQ(token.code, 2);
    EXPECT_NE(token.err.find("expected one line of 16 to 4096 visible characters"), std::string::npos) << token.err;
    const Ended half = run({"serve", "--tls-key", (folder_ / "short").string()});
    EXPECT_EQ(half.code, 2);
    EXPECT_EQ(half.err, "server.tls_certificate: expected a file beside server.tls_key, got none\n");
    const auto file = (folder_ / "short").string();
    const Ended tls = run({"serve", "--port", "0", "--tls-certificate", file, "--tls-key", file});
    EXPECT_EQ(tls.code, 2);
    EXPECT_NE(tls.err.find("short: expected a certificate in PEM form"), std::string::npos) << tls.err;
}

}  // namespace
}  // namespace cedar::host
