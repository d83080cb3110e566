// Components that hold their thread, and what becomes of the others.
#include "host/runtime/sanitizer_fibers.hpp"
#include "tests/integration/runtime/in_process_fixture.hpp"

#include <atomic>
#include <thread>

namespace cedar::host::runtime {
namespace {

class WatchdogTest : public InProcessFixture {
protected:
    // Held back until the test lets go; for components that block or spin.
    void TearDown() override {
        let_go = true;
        host.reset();
    }
    void spin() const {
        while (!let_go) {}
    }
    void block() {
        std::unique_lock lock(mutex);
        while (!let_go) changed.wait_for(lock, 1ms);
    }
    std::atomic<bool> let_go{false};
    std::mutex mutex;
    std::condition_variable changed;
};

TEST_F(WatchdogTest, ASpinningOneIsFoundReplacedAndRunAsBlockingFromThenOn) {
    const auto spinning = make("test.spin", [&](cedar_invocation token, const cedar_request&) {
        spin();
        return answer(token);
    });
    for (std::size_t slot = 0; slot < 2; ++slot) start(spinning, slot);  // both component threads
    const auto good =
        make("test.good", [&](cedar_invocation token, const cedar_request&) { return answer(token); });
    for (std::size_t slot = 10; slot < 110; ++slot) start(good, slot);
    outcomes->wait_for(100);  // on threads that took the place of the held ones
    ASSERT_EQ(host->hogs().size(), 1U);
    EXPECT_EQ(host->hogs()[0].component, "test.spin");
    EXPECT_EQ(log.count("watchdog", "it is run as blocking from now on"), 1U);
    start(spinning, 2);
    while (host->usage().blocking_threads == 0) std::this_thread::yield();
    let_go = true;
    outcomes->wait_for(103);
    while (host->usage().held_threads > 0 || host->usage().component_threads > 2) std::this_thread::yield();
    EXPECT_EQ(host->usage().component_threads, 2U);
}

TEST_F(WatchdogTest, ABlockedOneIsFoundAndTheOthersRun) {
    const auto blocking = make("test.block", [&](cedar_invocation token, const cedar_request&) {
        block();
        return answer(token);
    });
    for (std::size_t slot = 0; slot < 2; ++slot) start(blocking, slot);
    const auto good =
        make("test.good", [&](cedar_invocation token, const cedar_request&) { return answer(token); });
    for (std::size_t slot = 10; slot < 20; ++slot) start(good, slot);
    outcomes->wait_for(10);
    EXPECT_EQ(host->hogs()[0].component, "test.block");
    let_go = true;
    outcomes->wait_for(12);
}

// Each held by a component of its own: one that was found to hold a thread is no longer given any.
TEST_F(WatchdogTest, ReplacesThreadsUpToTheStatedCapAndSaysWhenItIsReached) {
    auto options = test_options();
    options.component_threads = 1;
    options.component_threads_extra = 2;
    open(options);
    const auto good =
        make("test.good", [&](cedar_invocation token, const cedar_request&) { return answer(token); });
    for (std::size_t held_threads = 1; held_threads <= 3; ++held_threads) {
        const auto deaf =
            make("test.deaf" + std::to_string(held_threads), [&](cedar_invocation token, const cedar_request&) {
                block();
                return answer(token);
            });
        start(deaf, held_threads);
        while (host->usage().held_threads < held_threads) std::this_thread::yield();
        if (held_threads == 3) break;
        start(good, 10 + held_threads);  // on the thread that took the place
        EXPECT_TRUE(outcomes->wait_for_slot(10 + held_threads).ok());
        EXPECT_EQ(log.count("watchdog", "no thread takes the place"), 0U);
    }
    while (log.count("watchdog", "no thread takes the place") == 0) std::this_thread::yield();
    EXPECT_EQ(log.count("watchdog", "3 are held, expected at most 2 [component.threads_extra]"), 1U);
    EXPECT_EQ(host->usage().component_threads, 3U);
    start(good, 20);  // nobody is left to run it; it can still be ended
    start(good, 21);
    good->invoker->cancel(*outcomes, 20);
    EXPECT_EQ(outcomes->wait_for_slot(20).status, ResultStatus::cancelled);
    EXPECT_EQ(host->usage().waiting, 1U);
    let_go = true;
    EXPECT_TRUE(outcomes->wait_for_slot(21).ok());
    while (host->usage().held_threads > 0 || host->usage().component_threads > 1) std::this_thread::yield();
}

TEST_F(WatchdogTest, OneThatComputesInPiecesIsNoHog) {
    const auto component = make("test.pieces", [&](cedar_invocation token, const cedar_request&) {
        for (int i = 0; i < 20; ++i) {
            const auto until = std::chrono::steady_clock::now() + 2ms;
            while (std::chrono::steady_clock::now() < until) {}
            cedar_reply reply{};
            ask(token, "{}", reply);
        }
        return answer(token);
    });
    start(component, 0);
    for (std::size_t calls = 1; calls <= 20; ++calls) {
        held->wait_for_calls(calls);
        held->release();
    }
    EXPECT_TRUE(outcomes->wait_for_slot(0).ok());
    EXPECT_TRUE(host->hogs().empty());
}

TEST_F(WatchdogTest, StopLeavesBehindWhatDoesNotObey) {
    std::latch started(1);
    const auto component = make(
        "test.deaf",
        [&](cedar_invocation token, const cedar_request&) {
            started.count_down();
            spin();
            return answer(token);
        },
        [](Manifest& manifest) { manifest.execution = Execution::blocking; });
    start(component, 0);
    started.wait();
    EXPECT_FALSE(host->stop(10ms));
    let_go = true;
    EXPECT_TRUE(host->stop(10s));
    outcomes->wait_for(1);
}

TEST_F(WatchdogTest, StopCancelsTheWaitingAndRejectsTheNew) {
    const auto component = make("test.wait", [&](cedar_invocation token, const cedar_request&) {
        cedar_reply reply{};
        return ask(token, "{}", reply);
    });
    start(component, 0);
    held->wait_for_calls(1);
    EXPECT_TRUE(host->stop(10s));
    EXPECT_EQ(outcomes->wait_for_slot(0).status, ResultStatus::cancelled);
    start(component, 1);
    const auto rejected = outcomes->wait_for_slot(1);
    EXPECT_EQ(rejected.status, ResultStatus::rejected);
    EXPECT_EQ(rejected.error->message, "the host is stopping");
}

#if !CEDAR_ASAN && !CEDAR_TSAN
// Deeper than any stack.
__attribute__((noinline)) int overflow(int depth) {
    if (depth > 1'000'000) return depth;
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    return overflow(depth + 1) + page[0];
}

TEST_F(WatchdogTest, AnOverflownStackNamesItsComponentBeforeTheProcessDies) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(
        {
            open();
            start(
                make("test.deep", [](cedar_invocation, const cedar_request&) { return cedar_status{overflow(0)}; }),
                0);
            outcomes->wait_for(1);
        },
        "component test.deep overflowed its stack of 256 KiB \\(manifest: stack_kib\\)");
}
#endif

}  // namespace
}  // namespace cedar::host::runtime
