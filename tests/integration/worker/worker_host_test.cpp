#include "tests/integration/worker/worker_fixture.hpp"

#include <csignal>

namespace cedar::host::worker {
namespace {

class WorkerHostTest : public WorkerTest {};

TEST_F(WorkerHostTest, AnswersAsTheComponentDoes) {
    open();
    const auto components = add(plugin("by_order"));
    for (const ComponentPtr& component : components) {
        const auto result = run(component, "anything");
        EXPECT_EQ(result.status, ResultStatus::ok) << (result.error ? result.error->message : "");
        EXPECT_EQ(result.content, R"({"do":"anything"})");
        EXPECT_EQ(result.component, component->manifest.id);
    }
    EXPECT_EQ(host_->reports().at(0).starts, 1U);
}

TEST_F(WorkerHostTest, StartsNoProcessBeforeItIsNeeded) {
    open();
    const auto components = add(plugin("by_order"));
    EXPECT_EQ(host_->reports().at(0).state, "idle");
    EXPECT_EQ(host_->reports().at(0).starts, 0U);
}

TEST_F(WorkerHostTest, RunsManyAtOnce) {
    open();
    const auto component = add(plugin("by_order")).front();
    for (std::size_t slot = 0; slot < 500; ++slot) start(component, slot, R"({"n":)" + std::to_string(slot) + "}");
    for (std::size_t slot = 0; slot < 500; ++slot) {
        EXPECT_EQ(seen_->wait_for(slot).content, R"({"n":)" + std::to_string(slot) + "}");
    }
}

TEST_F(WorkerHostTest, AsksServicesOfTheHost) {
    open();
    const auto components = add(plugin("by_order"));
    for (std::size_t i = 0; i < components.size(); ++i) {
        start(components[i], i, order("ask"));
        held_->wait_for_calls(i + 1);
        held_->release();
        EXPECT_EQ(seen_->wait_for(i).content, R"({"q":1})");
    }
}

TEST_F(WorkerHostTest, DeniesWhatTheManifestDoesNotList) {
    services_.add(std::make_shared<HeldService>("test.secret"));
    open();
    const auto result = run(add(plugin("by_order")).front(), "ask_denied");
    EXPECT_EQ(result.status, ResultStatus::denied);
}

TEST_F(WorkerHostTest, PassesOnEmissionsLinesAndOutput) {
    open();
    const auto component = add(plugin("by_order")).front();
    EXPECT_EQ(run(component, "emit").status, ResultStatus::ok);
    EXPECT_EQ(seen_->emitted(), std::vector<std::string>{R"({"text":"half"})"});
    eventually([&] { return log_.count("component", "a line") == 1; });
    eventually([&] { return log_.count("worker", "said aloud") == 1; });
}

TEST_F(WorkerHostTest, CancelReachesTheComponent) {
    open();
    const auto components = add(plugin("by_order"));
    for (std::size_t i = 0; i < components.size(); ++i) {
        EXPECT_EQ(run(components[i], "anything").status, ResultStatus::ok);  // so that there is a process
        start(components[i], i, order("until_cancelled"));
        components[i]->invoker->cancel(*seen_, i);
        EXPECT_EQ(seen_->wait_for(i).status, ResultStatus::cancelled);
    }
    EXPECT_EQ(host_->reports().at(0).crashes, 0U);
}

TEST_F(WorkerHostTest, JudgesWhatComesBack) {
    open();
    EXPECT_EQ(run(add(plugin("answers_not_json")).front(), "x").status, ResultStatus::invalid_output);
    EXPECT_EQ(run(add(plugin("answers_off_schema")).front(), "x").status, ResultStatus::invalid_output);
    EXPECT_EQ(run(add(plugin("no_answer")).front(), "x").error->code, "no_answer");
    EXPECT_EQ(run(add(plugin("throws")).front(), "x").status, ResultStatus::error);
}

TEST_F(WorkerHostTest, AGroupSharesAWorker) {
    open();
    std::vector<ComponentPtr> components;
    for (const char* name : {"by_order", "good"}) {
        auto one = plugin(name);
        one.group = "both";
        for (auto& component : add(std::move(one))) components.push_back(component);
    }
    for (const auto& component : components) EXPECT_EQ(run(component, "x").status, ResultStatus::ok);
    ASSERT_EQ(host_->reports().size(), 1U);
    EXPECT_EQ(host_->reports()[0].starts, 1U);
}

TEST_F(WorkerHostTest, RetiresAWorkerWithItsLastInvoker) {
    open();
    auto lease = std::make_shared<int>();
    const std::weak_ptr<int> leased = lease;
    auto one = plugin("by_order");
    one.lease = std::move(lease);
    auto old = add(std::move(one));
    EXPECT_EQ(run(old.front(), "x").status, ResultStatus::ok);
    const int process = host_->reports().at(0).process;
    const auto next = add(plugin("by_order"));
    old.resize(1);
    EXPECT_FALSE(leased.expired());
    old.clear();
    eventually([&] { return leased.expired() && host_->reports().size() == 1; });
    eventually([&] { return ::kill(process, 0) != 0; });  // it was waited for, too
    EXPECT_EQ(run(next.front(), "x").status, ResultStatus::ok);
    EXPECT_EQ(host_->reports().at(0).crashes, 0U);
}

TEST_F(WorkerHostTest, ARetiredWorkerFinishesWhatItHas) {
    open();
    auto components = add(plugin("by_order"));
    start(components.front(), 1, order("until_cancelled"));
    const std::shared_ptr<Invoker> invoker = components.front()->invoker;
    components.clear();
    EXPECT_EQ(host_->reports().size(), 1U);
    invoker->cancel(*seen_, 1);
    EXPECT_EQ(seen_->wait_for(1).status, ResultStatus::cancelled);
}

TEST_F(WorkerHostTest, AGroupGetsAnotherWorkerForAnIdThatItHas) {
    open();
    std::vector<std::vector<ComponentPtr>> generations;
    for (int i = 0; i < 2; ++i) {
        auto one = plugin("by_order");
        one.group = "both";
        generations.push_back(add(std::move(one)));
        EXPECT_EQ(run(generations.back().front(), "x").status, ResultStatus::ok);
    }
    EXPECT_EQ(host_->reports().size(), 2U);
}

TEST_F(WorkerHostTest, AGroupIsNotConfinedByHalves) {
    open();
    std::vector<ComponentPtr> components;
    for (const char* name : {"by_order", "good"}) {
        auto one = plugin(name);
        one.group = "both";
        one.confined = std::string_view(name) == "good";
        for (auto& component : add(std::move(one))) components.push_back(component);
    }
    EXPECT_EQ(host_->reports().size(), 2U);
}

TEST_F(WorkerHostTest, WhatRunsAtTheEndIsCancelled) {
    open();
    const auto component = add(plugin("by_order")).back();
    start(component, 1, order("sleep"));
    eventually([&] { return host_->reports()[0].state == "running"; });
    host_->stop(100ms);
    EXPECT_EQ(seen_->wait_for(1).status, ResultStatus::cancelled);
    start(component, 2);
    EXPECT_EQ(seen_->wait_for(2).status, ResultStatus::rejected);
}

}  // namespace
}  // namespace cedar::host::worker
