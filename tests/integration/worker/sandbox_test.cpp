#include "host/worker/sandbox.hpp"
#include "tests/integration/worker/worker_fixture.hpp"

#include <cerrno>
#include <cstdlib>

namespace cedar::host::worker {
namespace {

// What is asserted is what try_sandbox() claims of this kernel: a claim that does not hold is the failure.
class SandboxTest : public WorkerTest {
protected:
    [[nodiscard]] bool claims(std::string_view name) {
        const auto hello = try_sandbox(spawner_, options());
        EXPECT_TRUE(hello) << hello.error().message;
        for (const auto& fact : hello->facts) {
            if (fact.name.find(name) != std::string::npos) return fact.enforced;
        }
        ADD_FAILURE() << "no word of " << name;
        return false;
    }
};

TEST_F(SandboxTest, WhatIsClaimedHolds) {
    open();
    const auto component = add(plugin("by_order")).front();
    const std::string refused = R"({"error":)" + std::to_string(EPERM) + "}";
    EXPECT_EQ(run(component, "socket").content == refused, claims("network"));
    EXPECT_EQ(run(component, "fork").content == refused, claims("other programs"));
    EXPECT_EQ(run(component, "open").content != R"({"error":0})", claims("no files"));
}

TEST_F(SandboxTest, ItsTemporaryFolderIsItsOwn) {
    open();
    const auto component = add(plugin("by_order")).front();
    EXPECT_EQ(run(component, "write").content, R"({"error":0})");
    eventually([&] { return !std::filesystem::is_empty(folder_ / "temp"); });
    host_->stop(10s);
    eventually([&] { return std::filesystem::is_empty(folder_ / "temp"); });
}

TEST_F(SandboxTest, ItInheritsNoKeys) {
    ::setenv("CEDAR_TEST_KEY", "secret", 1);
    Spawner fresh(CEDAR_WORKER_CHILD);
    WorkerHost host(fresh, control_, services_, log_, options());
    auto made = plugin("by_order");
    const auto manifest = made.components[0].manifest;
    const auto invoker = host.add(std::move(made)).front();
    const auto component = make_component(manifest, invoker, "file", schemas_).value();
    EXPECT_EQ(run(component, "key").content, R"({"key":0})");
    ::unsetenv("CEDAR_TEST_KEY");
}

TEST_F(SandboxTest, ATrustedPluginIsNotConfined) {
    open();
    auto trusted = plugin("by_order");
    trusted.confined = false;
    EXPECT_EQ(run(add(std::move(trusted)).front(), "fork").content, R"({"error":0})");
}

}  // namespace
}  // namespace cedar::host::worker
