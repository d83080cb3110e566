// The functions of cedar_host, as a component meets them.
#include "tests/integration/runtime/in_process_fixture.hpp"

#include <thread>

namespace cedar::host::runtime {
namespace {

class EchoService final : public Service {
public:
    [[nodiscard]] std::string_view name() const override { return "test.echo"; }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        ServiceReply reply;
        reply.body = std::move(call.body);
        reply.debug_prompt = R"([{"role":"system","content":"echo"}])";
        reply.prompt_hash = "abc";
        done(std::move(reply));
        return {};
    }
};

// Emits while the call goes on, and keeps the means to do so.
class StreamingService final : public Service {
public:
    [[nodiscard]] std::string_view name() const override { return "test.stream"; }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        emit = call.emit;
        emit(EmitKind::token, R"({"text":"one"})");
        done({});
        return {};
    }
    std::function<void(EmitKind, std::string)> emit;
};

class ThrowingService final : public Service {
public:
    [[nodiscard]] std::string_view name() const override { return "test.throws"; }
    [[nodiscard]] Cancel call(ServiceCall, Done) override { throw std::runtime_error("out of order"); }
};

class HostCallsTest : public InProcessFixture {
protected:
    void SetUp() override {
        services.add(std::make_shared<EchoService>());
        services.add(std::make_shared<ThrowingService>());
        services.add(streaming);
        InProcessFixture::SetUp();
    }
    // Runs `body` as a component and gives its result.
    ComponentResult run(Invoke body) {
        const auto component = make("test.component", std::move(body), [](Manifest& manifest) {
            manifest.needs = {"test.held", "test.echo", "test.throws", "test.absent", "test.stream"};
        });
        start(component, next_slot);
        return outcomes->wait_for_slot(next_slot++);
    }
    std::shared_ptr<StreamingService> streaming = std::make_shared<StreamingService>();
    std::size_t next_slot = 0;
};

TEST_F(HostCallsTest, AnswerTakesTheFirstAndCountsTheSecond) {
    cedar_status second = CEDAR_OK;
    const auto result = run([&](cedar_invocation token, const cedar_request&) {
        const cedar_status first = answer(token, R"({"n":1})");
        second = answer(token, R"({"n":2})");
        return first;
    });
    EXPECT_EQ(second, CEDAR_ALREADY);
    EXPECT_EQ(result.content, R"({"n":1})");
    EXPECT_EQ(host->usage().second_answers, 1U);
}

TEST_F(HostCallsTest, AnswerCopiesAtOnce) {
    const auto result = run([&](cedar_invocation token, const cedar_request&) {
        std::string body = R"({"n":1})";
        const cedar_status status = answer(token, body);
        body.assign(body.size(), '#');
        return status;
    });
    EXPECT_EQ(result.content, R"({"n":1})");
}

TEST_F(HostCallsTest, AnswerBeyondTheBoundTakesNothingAndAnotherMayBeGiven) {
    cedar_status large = CEDAR_OK;
    const auto result = run([&](cedar_invocation token, const cedar_request&) {
        large = answer(token, "\"" + std::string(InvocationLimits{}.answer_bytes, 'x') + "\"");
        return answer(token, "\"small\"");
    });
    EXPECT_EQ(large, CEDAR_LIMIT);
    EXPECT_EQ(result.content, "\"small\"");
}

TEST_F(HostCallsTest, FailSaysWhyAndTheLastOneCounts) {
    const auto result = run([&](cedar_invocation token, const cedar_request&) {
        table->fail(table, token, view(R"({"code":"first","message":"one"})"));
        table->fail(table, token, view(R"({"code":"second","message":"two","retryable":true})"));
        return cedar_status{CEDAR_UNAVAILABLE};
    });
    EXPECT_EQ(result.status, ResultStatus::error);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code, "second");
    EXPECT_EQ(result.error->message, "two");
    EXPECT_TRUE(result.error->retryable);
}

TEST_F(HostCallsTest, CallRepliesToSeveralRequestsInTheirOrder) {
    std::vector<std::string> bodies;
    run([&](cedar_invocation token, const cedar_request&) {
        const cedar_call calls[] = {{view("test.echo"), view("1")},
                                    {view("test.absent"), view("2")},
                                    {view("test.echo"), view("3")},
                                    {view("test.secret"), view("4")},
                                    {view("test.throws"), view("5")}};
        cedar_reply replies[5];
        EXPECT_EQ(table->call(table, token, calls, 5, replies), CEDAR_OK);
        EXPECT_EQ(replies[1].status, CEDAR_UNSUPPORTED);
        EXPECT_EQ(replies[3].status, CEDAR_DENIED);
        EXPECT_EQ(replies[4].status, CEDAR_INTERNAL);
        for (const auto& reply : replies) bodies.push_back(text_of(reply.body));
        return answer(token);
    });
    ASSERT_EQ(bodies.size(), 5U);
    EXPECT_EQ(bodies[0], "1");
    EXPECT_EQ(bodies[2], "3");
    EXPECT_NE(bodies[1].find("this host has no service test.absent"), std::string::npos);
    EXPECT_NE(bodies[3].find("does not list test.secret in its needs"), std::string::npos);
    EXPECT_NE(bodies[4].find("out of order"), std::string::npos);
}

TEST_F(HostCallsTest, CallRefusesMoreThanItsBoundAndNonsense) {
    run([&](cedar_invocation token, const cedar_request&) {
        std::vector<cedar_call> calls(65, cedar_call{view("test.echo"), view("1")});
        std::vector<cedar_reply> replies(65);
        EXPECT_EQ(table->call(table, token, calls.data(), 65, replies.data()), CEDAR_LIMIT);
        EXPECT_EQ(table->call(table, token, calls.data(), 64, replies.data()), CEDAR_OK);
        EXPECT_EQ(table->call(table, token, nullptr, 1, replies.data()), CEDAR_INVALID_ARGUMENT);
        EXPECT_EQ(table->call(table, token, nullptr, 0, nullptr), CEDAR_OK);
        return answer(token);
    });
}

TEST_F(HostCallsTest, CallFromAnotherThreadIsStale) {
    run([&](cedar_invocation token, const cedar_request&) {
        std::thread stray([&] {
            cedar_reply reply{};
            EXPECT_EQ(ask(token, "1", reply, "test.echo"), CEDAR_STALE);
        });
        stray.join();
        return answer(token);
    });
    EXPECT_EQ(host->usage().stale, 1U);
}

TEST_F(HostCallsTest, TheTokenOfAnotherInvocationIsStaleForCalls) {
    cedar_invocation waiting{};
    std::latch started(1);
    const auto other = make("test.other", [&](cedar_invocation token, const cedar_request&) {
        waiting = token;
        started.count_down();
        cedar_reply reply{};
        ask(token, "{}", reply);
        return answer(token);
    });
    start(other, 100);
    started.wait();
    run([&](cedar_invocation token, const cedar_request&) {
        cedar_reply reply{};
        EXPECT_EQ(ask(waiting, "1", reply, "test.echo"), CEDAR_STALE);
        return answer(token);
    });
    held->wait_for_calls(1);
    held->release();
    EXPECT_TRUE(outcomes->wait_for_slot(100).ok());
}

TEST_F(HostCallsTest, EverythingIsStaleAfterTheEnd) {
    cedar_invocation kept{};
    run([&](cedar_invocation token, const cedar_request&) {
        kept = token;
        return answer(token);
    });
    cedar_reply reply{};
    EXPECT_EQ(answer(kept), CEDAR_STALE);
    EXPECT_EQ(table->fail(table, kept, view("{}")), CEDAR_STALE);
    EXPECT_EQ(ask(kept, "{}", reply), CEDAR_STALE);
    EXPECT_EQ(table->emit(table, kept, view("token"), view(R"({"text":"x"})")), CEDAR_STALE);
    EXPECT_EQ(table->log(table, kept, CEDAR_LOG_INFO, view("x")), CEDAR_STALE);
    EXPECT_EQ(table->is_cancelled(table, kept), 1);
    EXPECT_EQ(host->usage().stale, 6U);
    const cedar_invocation forged{kept.id, kept.generation + 1};
    EXPECT_EQ(answer(forged), CEDAR_STALE);
    EXPECT_EQ(answer({1U << 30, 1}), CEDAR_STALE);
}

TEST_F(HostCallsTest, EverythingIsStaleAfterTheHostIsGone) {
    cedar_invocation kept{};
    run([&](cedar_invocation token, const cedar_request&) {
        kept = token;
        return answer(token);
    });
    host.reset();
    EXPECT_EQ(answer(kept), CEDAR_STALE);
    EXPECT_EQ(table->log(table, {0, 0}, CEDAR_LOG_INFO, view("x")), CEDAR_STALE);
}

TEST_F(HostCallsTest, EmitReachesTheObserverAndPromptsTheResult) {
    const auto result = run([&](cedar_invocation token, const cedar_request&) {
        EXPECT_EQ(table->emit(table, token, view("progress"), view(R"({"text":"half"})")), CEDAR_OK);
        EXPECT_EQ(
            table->emit(table, token, view("prompt"), view(R"({"messages":[{"role":"user","content":"q"}]})")),
            CEDAR_OK);
        EXPECT_EQ(table->emit(table, token, view("shout"), view(R"({"text":"x"})")), CEDAR_INVALID_ARGUMENT);
        EXPECT_EQ(table->emit(table, token, view("token"), view("{")), CEDAR_INVALID_ARGUMENT);
        EXPECT_EQ(table->emit(table, token, view("token"), view(R"({"text":1})")), CEDAR_INVALID_ARGUMENT);
        EXPECT_EQ(table->emit(table, token, view("prompt"), view(R"({"messages":[1]})")), CEDAR_INVALID_ARGUMENT);
        return answer(token);
    });
    const auto emitted = outcomes->emitted();
    ASSERT_EQ(emitted.size(), 2U);
    EXPECT_EQ(emitted[0].kind, EmitKind::progress);
    EXPECT_EQ(emitted[0].json, R"({"text":"half"})");
    EXPECT_EQ(emitted[1].kind, EmitKind::prompt);
    EXPECT_EQ(result.debug_prompt, R"([{"role":"user","content":"q"}])");
}

TEST_F(HostCallsTest, APromptThatAServiceRenderedIsShownToo) {
    const auto result = run([&](cedar_invocation token, const cedar_request&) {
        cedar_reply reply{};
        ask(token, "{}", reply, "test.echo");
        return answer(token);
    });
    ASSERT_EQ(outcomes->emitted().size(), 1U);
    EXPECT_EQ(outcomes->emitted()[0].json,
              R"({"messages":[{"role":"system","content":"echo"}],"prompt_hash":"abc"})");
    EXPECT_EQ(result.debug_prompt, R"([{"role":"system","content":"echo"}])");
    EXPECT_EQ(result.prompt_hash, "abc");
}

TEST_F(HostCallsTest, WhatAServiceEmitsReachesTheObserverUntilTheEnd) {
    run([&](cedar_invocation token, const cedar_request&) {
        cedar_reply reply{};
        EXPECT_EQ(ask(token, "{}", reply, "test.stream"), CEDAR_OK);
        return answer(token);
    });
    streaming->emit(EmitKind::token, R"({"text":"too late"})");
    ASSERT_EQ(outcomes->emitted().size(), 1U);
    EXPECT_EQ(outcomes->emitted()[0].kind, EmitKind::token);
    EXPECT_EQ(outcomes->emitted()[0].json, R"({"text":"one"})");
}

TEST_F(HostCallsTest, EmitAndLogFloodsAreCutAndCounted) {
    std::size_t taken = 0, logged = 0;
    run([&](cedar_invocation token, const cedar_request&) {
        for (int i = 0; i < 20000; ++i) {
            if (table->emit(table, token, view("token"), view(R"({"text":"x"})")) == CEDAR_OK) ++taken;
            if (table->log(table, token, CEDAR_LOG_INFO, view("x")) == CEDAR_OK) ++logged;
        }
        return answer(token);
    });
    EXPECT_GE(taken, InvocationLimits{}.emits_at_once);
    EXPECT_EQ(taken + host->usage().dropped_emits, 20000U);
    EXPECT_EQ(outcomes->emitted().size(), taken);
    EXPECT_EQ(logged + host->usage().dropped_logs, 20000U);
    EXPECT_GT(host->usage().dropped_logs, 0U);
}

TEST_F(HostCallsTest, LogNamesTheRunAndTheComponent) {
    run([&](cedar_invocation token, const cedar_request&) {
        EXPECT_EQ(table->log(table, token, CEDAR_LOG_WARN, view("careful")), CEDAR_OK);
        EXPECT_EQ(table->log(table, {0, 0}, CEDAR_LOG_INFO, view("of no invocation")), CEDAR_OK);
        EXPECT_EQ(table->log(table, token, CEDAR_LOG_INFO, view(std::string(5000, 'x'))), CEDAR_LIMIT);
        return answer(token);
    });
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].message, "careful");
    EXPECT_EQ(lines[0].level, LogLevel::warn);
    EXPECT_EQ(lines[0].comp, "test.component");
    EXPECT_EQ(lines[0].rid, "run");
    EXPECT_EQ(lines[0].pid, 7);
    EXPECT_EQ(lines[1].rid, "");
}

TEST_F(HostCallsTest, TheRequestCarriesItsDeadline) {
    std::int64_t deadline = 0;
    const auto before = std::chrono::steady_clock::now() + 60s;
    run([&](cedar_invocation token, const cedar_request& request) {
        deadline = request.deadline_ns;
        EXPECT_EQ(request.struct_size, sizeof(cedar_request));
        return answer(token);
    });
    EXPECT_GE(deadline, std::chrono::nanoseconds(before.time_since_epoch()).count());
    EXPECT_LE(deadline, std::chrono::nanoseconds((before + 10s).time_since_epoch()).count());
}

}  // namespace
}  // namespace cedar::host::runtime
