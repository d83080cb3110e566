#pragma once
#include "client.hpp"
#include "host/http/server.hpp"
#include "host/ports/event_bodies.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "tests/support/counting_ids.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_event_log.hpp"
#include "tests/support/fake_store.hpp"
#include "tests/support/memory_event_archive.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/scripted_runs.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace cedar::host::http {

// A real server on a free loopback port, over fakes of what is behind it, with projects 1 and 2.
class TestServer {
public:
    explicit TestServer(Limits limits = {}, std::vector<std::string> hosts = {});
    explicit TestServer(ServerOptions options);
    ~TestServer();  // stops it, and checks that nothing is left open
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] Server& server() { return *server_; }
    // Stops it as the host does and waits for the end.
    void stop();
    // Waits until `condition` holds; false after ten seconds.
    static bool until(const std::function<bool()>& condition);

    FakeStore store;
    FakeEventLog events;
    MemoryEventArchive archive;
    runtime::ThreadEventLog threads{{}, archive};  // event streams and acks read from here
    CountingIds ids;
    FakeClock clock;
    RecordingLog log;
    ScriptedRuns runs{events, ids};
    // Set before the first request.
    std::vector<ServerPorts::Part> parts{{"plugins", "ok", true}};
    std::string metrics = "cedar_test 1\n";
    // Why other hosts may be late; guarded, since streams ask while they go on.
    void degrade(const std::string& why) {
        const std::lock_guard lock(degraded_mutex_);
        degraded_ = why;
    }
    // What GET /api/events/body/{sha256} serves, set before the request is sent.
    struct Bodies final : EventBodies {
        [[nodiscard]] std::shared_ptr<const std::string> find(std::string_view sha256) const override {
            return sha256 == hash ? std::make_shared<const std::string>(body) : nullptr;
        }
        std::string hash = std::string(64, 'a'), body = R"([{"role":"user","content":"<script>"}])";
    } bodies;

private:
    struct Io;
    std::mutex degraded_mutex_;
    std::string degraded_;
    std::unique_ptr<Io> io_;
    std::unique_ptr<Server> server_;
};

}  // namespace cedar::host::http
