// Components that do what they should not, and what becomes of the others.
#include "tests/integration/runtime/in_process_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>

namespace cedar::host::runtime {
namespace {

using MisbehaviourTest = InProcessFixture;

TEST_F(MisbehaviourTest, AnExceptionAcrossTheBoundaryIsAnError) {
    const auto component = make("test.throws", [](cedar_invocation, const cedar_request&) -> cedar_status {
        throw std::runtime_error("boom");
    });
    start(component, 0);
    const auto result = outcomes->wait_for_slot(0);
    EXPECT_EQ(result.status, ResultStatus::error);
    EXPECT_EQ(result.error->code, "exception");
    EXPECT_EQ(result.error->message, "boom");
}

TEST_F(MisbehaviourTest, OkWithoutAnAnswerIsAnError) {
    start(make("test.silent", [](cedar_invocation, const cedar_request&) { return cedar_status{CEDAR_OK}; }), 0);
    EXPECT_EQ(outcomes->wait_for_slot(0).error->code, "no_answer");
}

TEST_F(MisbehaviourTest, GarbageIsInvalidOutput) {
    start(
        make("test.garbage", [&](cedar_invocation token, const cedar_request&) { return answer(token, "\xff{"); }),
        0);
    EXPECT_EQ(outcomes->wait_for_slot(0).status, ResultStatus::invalid_output);
}

TEST_F(MisbehaviourTest, AnUnknownStatusReadsAsInternal) {
    start(make("test.odd", [](cedar_invocation, const cedar_request&) { return cedar_status{-77}; }), 0);
    EXPECT_EQ(outcomes->wait_for_slot(0).error->code, "internal");
}

// Without exception globals of its own, each fiber would rethrow another one's exception.
TEST_F(MisbehaviourTest, AThousandWaitInACatchBlockAndRethrowTheirOwn) {
    // On a busy machine it could be taken for a hog, and the blocking threads are fewer than those that wait here.
    auto options = test_options();
    options.hog_limit = 0ms;
    open(options);
    std::atomic<int> wrong{0};
    const auto component = make("test.catch", [&](cedar_invocation token, const cedar_request& request) {
        const std::string mine = text_of(request.body);
        try {
            try {
                throw std::runtime_error(mine);
            } catch (const std::exception&) {
                cedar_reply reply{};
                ask(token, mine, reply);
                throw;
            }
        } catch (const std::exception& error) {
            if (error.what() != mine || std::uncaught_exceptions() != 0) ++wrong;
        }
        return answer(token, mine);
    });
    constexpr std::size_t kCount = 1000;
    for (std::size_t slot = 0; slot < kCount; ++slot) start(component, slot, 60s, std::to_string(slot));
    held->wait_for_calls(kCount);
    held->release();
    for (const auto& [slot, result] : outcomes->wait_for(kCount)) EXPECT_EQ(result.content, std::to_string(slot));
    EXPECT_EQ(wrong, 0);
}

TEST_F(MisbehaviourTest, ConcurrencyIsKeptAndOrderToo) {
    std::atomic<int> now{0}, most{0};
    std::mutex order_mutex;
    std::vector<std::string> order;
    const auto component = make(
        "test.one",
        [&](cedar_invocation token, const cedar_request& request) {
            most = std::max(most.load(), ++now);
            {
                const std::lock_guard lock(order_mutex);
                order.push_back(text_of(request.body));
            }
            cedar_reply reply{};
            ask(token, "{}", reply);
            --now;
            return answer(token);
        },
        [](Manifest& manifest) {
            manifest.needs = {"test.held"};
            manifest.concurrency = 1;
        });
    for (std::size_t slot = 0; slot < 50; ++slot) start(component, slot, 60s, std::to_string(slot));
    for (std::size_t calls = 1; calls <= 50; ++calls) {
        held->wait_for_calls(calls);
        held->release();
    }
    outcomes->wait_for(50);
    EXPECT_EQ(most, 1);
    for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(order[i], std::to_string(i));
}

TEST_F(MisbehaviourTest, CancelWakesAWaitingOneAndItsCallsFailFromThenOn) {
    cedar_status first = CEDAR_OK, second = CEDAR_OK;
    std::int32_t cancelled = 0;
    const auto component = make("test.wait", [&](cedar_invocation token, const cedar_request&) {
        cedar_reply reply{};
        first = ask(token, "{}", reply);
        EXPECT_EQ(reply.status, CEDAR_CANCELLED);
        second = ask(token, "{}", reply);
        cancelled = table->is_cancelled(table, token);
        return first;
    });
    start(component, 0);
    held->wait_for_calls(1);
    component->invoker->cancel(*outcomes, 0);
    EXPECT_EQ(outcomes->wait_for_slot(0).status, ResultStatus::cancelled);
    EXPECT_EQ(first, CEDAR_CANCELLED);
    EXPECT_EQ(second, CEDAR_CANCELLED);
    EXPECT_EQ(cancelled, 1);
    held->wait_for_cancels(1);
    held->release();  // a reply that comes after the end is dropped
}

TEST_F(MisbehaviourTest, TheDeadlineWakesAWaitingOne) {
    const auto component = make("test.late", [&](cedar_invocation token, const cedar_request&) {
        cedar_reply reply{};
        const cedar_status status = ask(token, "{}", reply);
        EXPECT_EQ(ask(token, "{}", reply), CEDAR_DEADLINE);
        return status;
    });
    start(component, 0, 20ms);
    const auto result = outcomes->wait_for_slot(0);
    EXPECT_EQ(result.status, ResultStatus::timeout);
    EXPECT_EQ(result.error->code, "timeout");
}

TEST_F(MisbehaviourTest, CancelEndsOneThatHasNotStarted) {
    const auto blocked = make(
        "test.first",
        [&](cedar_invocation token, const cedar_request&) {
            cedar_reply reply{};
            ask(token, "{}", reply);
            return answer(token);
        },
        [](Manifest& manifest) {
            manifest.needs = {"test.held"};
            manifest.concurrency = 1;
        });
    start(blocked, 0);
    start(blocked, 1);
    start(blocked, 2);
    held->wait_for_calls(1);
    blocked->invoker->cancel(*outcomes, 1);
    EXPECT_EQ(outcomes->wait_for_slot(1).status, ResultStatus::cancelled);
    held->release();
    held->wait_for_calls(2);
    held->release();
    EXPECT_TRUE(outcomes->wait_for_slot(0).ok());
    EXPECT_TRUE(outcomes->wait_for_slot(2).ok());
    EXPECT_EQ(outcomes->ended(), 3U);
}

TEST_F(MisbehaviourTest, TheCancelHookWakesABlockingOne) {
    auto native = std::make_shared<NativeComponent>();
    std::latch started(1), woken(1);
    native->invoke = [&](cedar_invocation, const cedar_request&) {
        started.count_down();
        woken.wait();
        return cedar_status{CEDAR_CANCELLED};
    };
    native->cancel = [&](cedar_invocation) { woken.count_down(); };
    const auto component = make_native(
        "test.hook", native, [](Manifest& manifest) { manifest.execution = Execution::blocking; },
        cancellable_entry());
    start(component, 0);
    started.wait();
    component->invoker->cancel(*outcomes, 0);
    component->invoker->cancel(*outcomes, 0);
    EXPECT_EQ(outcomes->wait_for_slot(0).status, ResultStatus::cancelled);
}

TEST_F(MisbehaviourTest, BlockingOnesWaitOnThreadsOfTheirOwn) {
    std::latch all(20);
    const auto component = make(
        "test.blocking",
        [&](cedar_invocation token, const cedar_request& request) {
            all.arrive_and_wait();
            cedar_reply reply{};
            const cedar_status status = ask(token, text_of(request.body), reply);
            return status != CEDAR_OK ? status : table->answer(table, token, reply.body);
        },
        [](Manifest& manifest) {
            manifest.needs = {"test.held"};
            manifest.execution = Execution::blocking;
        });
    for (std::size_t slot = 0; slot < 20; ++slot) start(component, slot, 60s, std::to_string(slot));
    held->wait_for_calls(20);
    EXPECT_EQ(host->usage().blocking_threads, 20U);
    held->release();
    for (const auto& [slot, result] : outcomes->wait_for(20)) EXPECT_EQ(result.content, std::to_string(slot));
}

TEST_F(MisbehaviourTest, AFullQueueRejects) {
    InProcessOptions options = test_options();
    options.queue_max = 2;
    open(options);
    const auto component = make(
        "test.wait",
        [&](cedar_invocation token, const cedar_request&) {
            cedar_reply reply{};
            ask(token, "{}", reply);
            return answer(token);
        },
        [](Manifest& manifest) {
            manifest.needs = {"test.held"};
            manifest.concurrency = 1;
        });
    start(component, 0);
    held->wait_for_calls(1);
    for (std::size_t slot = 1; slot < 4; ++slot) start(component, slot);
    const auto rejected = outcomes->wait_for_slot(3);
    EXPECT_EQ(rejected.status, ResultStatus::rejected);
    EXPECT_EQ(rejected.error->message, "expected at most 2 waiting invocations [queue_max]");
    for (std::size_t calls = 1; calls <= 3; ++calls) {
        held->wait_for_calls(calls);
        held->release();
    }
    outcomes->wait_for(4);
}

}  // namespace
}  // namespace cedar::host::runtime
