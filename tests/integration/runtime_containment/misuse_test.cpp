// Components that use what the host offers in ways it does not want.
#include "tests/integration/runtime_containment/containment_fixture.hpp"

namespace cedar::host {
namespace {

class Misuse : public ContainmentTest {};

TEST_F(Misuse, EachInvocationGetsItsOwnExceptionBackAfterACall) {
    constexpr std::size_t kCount = 100;
    // On a busy machine the first throw may take long enough to be a hog's. The others would then go to the
    // blocking threads, which are fewer than are to be inside their catch blocks at once.
    runtime::InProcessOptions options;
    options.hog_limit = 0ms;
    open({"calls_in_catch"}, options);
    const auto& component = components_.at("fixture.calls_in_catch");
    auto endings = std::make_shared<Endings>();
    std::vector<StartInvocation> batch;
    for (std::size_t slot = 0; slot < kCount; ++slot) {
        batch.push_back({slot, component, std::make_shared<const std::string>("\"" + std::to_string(slot) + "\""),
                         std::chrono::steady_clock::now() + 60s});
    }
    component->invoker->start(batch, nullptr, endings);
    held_->wait_for_calls(kCount);  // all of them are inside their catch blocks
    held_->release();
    for (const auto& [slot, result] : endings->wait_for(kCount)) {
        EXPECT_EQ(result.status, ResultStatus::error);
        ASSERT_TRUE(result.error);
        EXPECT_EQ(result.error->code, "exception");
        EXPECT_EQ(result.error->message, "\"" + std::to_string(slot) + "\"");
    }
    expect_recovery();
}

TEST_F(Misuse, AStrayThreadIsAnsweredStaleAndCounted) {
    open({"stray_thread"});
    const RunSeen seen = run({"fixture.stray_thread", "fixture.good"});
    EXPECT_EQ(seen.ended.at("fixture.stray_thread").status, "ok");
    EXPECT_EQ(seen.ended.at("fixture.good").status, "ok");
    eventually([&] { return log_.count("component", "stray: answer 10 fail 10 call 10 emit 10 log 10") == 1; });
    EXPECT_GE(host_->usage().stale, 5U);
    EXPECT_EQ(seen.count(EventType::progress), 0U);
    expect_recovery();
}

TEST_F(Misuse, AFloodIsBoundedAndTheRestOfTheRunIsWhole) {
    open({"floods"});
    const RunSeen seen = run({"fixture.floods", "fixture.good"});
    EXPECT_EQ(seen.last()->type, EventType::final) << seen.last()->json;
    EXPECT_EQ(seen.ended.at("fixture.floods").status, "ok");
    EXPECT_EQ(seen.ended.at("fixture.good").status, "ok");
    const auto usage = host_->usage();
    EXPECT_EQ(seen.count(EventType::progress) + usage.dropped_emits, 10'000U);
    EXPECT_GE(seen.count(EventType::progress), 256U);
    EXPECT_EQ(log_.count("component", "flood") + usage.dropped_logs, 10'000U);
    for (std::size_t i = 0; i < seen.events.size(); ++i) ASSERT_EQ(seen.events[i]->seq, i + 1);
    expect_recovery();
}

}  // namespace
}  // namespace cedar::host
