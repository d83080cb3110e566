#include "host/runtime/in_process_host.hpp"

#include "tests/integration/runtime/in_process_fixture.hpp"

#include <thread>

namespace cedar::host::runtime {
namespace {

using InProcessHostTest = InProcessFixture;

TEST_F(InProcessHostTest, RunsAComponentAndNormalisesItsAnswer) {
    std::string asked;
    const auto component = make("test.echo", [&](cedar_invocation token, const cedar_request& request) {
        asked = text_of(request.body);
        return answer(token, R"({"said":"yes"})");
    });
    start(component, 3, 60s, R"({"text":"hello"})");
    const auto result = outcomes->wait_for_slot(3);
    EXPECT_EQ(asked, R"({"text":"hello"})");
    EXPECT_EQ(result.status, ResultStatus::ok);
    EXPECT_EQ(result.content, R"({"said":"yes"})");
    EXPECT_EQ(result.component, "test.echo");
}

TEST_F(InProcessHostTest, RunsAThousandThatDoNothingAndEndsEachOnce) {
    const auto component =
        make("test.noop", [&](cedar_invocation token, const cedar_request&) { return answer(token); });
    for (std::size_t slot = 0; slot < 1000; ++slot) start(component, slot);
    const auto results = outcomes->wait_for(1000);
    ASSERT_EQ(results.size(), 1000U);
    for (std::size_t slot = 0; slot < 1000; ++slot) EXPECT_EQ(results.count(slot), 1U);
    EXPECT_EQ(host->usage().running, 0U);
    EXPECT_EQ(host->usage().waiting, 0U);
}

TEST_F(InProcessHostTest, SuspendsAThousandOnTwoThreads) {
    const auto component = make("test.wait", [&](cedar_invocation token, const cedar_request& request) {
        cedar_reply reply{};
        const cedar_status status = ask(token, text_of(request.body), reply);
        return status != CEDAR_OK ? status : table->answer(table, token, reply.body);
    });
    for (std::size_t slot = 0; slot < 1000; ++slot) {
        start(component, slot, 60s, R"({"n":)" + std::to_string(slot) + "}");
    }
    held->wait_for_calls(1000);
    EXPECT_EQ(host->usage().running, 1000U);
    EXPECT_EQ(host->usage().component_threads, 2U);
    EXPECT_EQ(held->release(), 1000U);
    for (const auto& [slot, result] : outcomes->wait_for(1000)) {
        EXPECT_EQ(result.content, R"({"n":)" + std::to_string(slot) + "}");
    }
}

}  // namespace
}  // namespace cedar::host::runtime
