// Runs in which everything fails: the built program, and libraries that fail in a way of their own.
#include "host/runtime/sanitizer_fibers.hpp"
#include "plugin_folder.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

struct BadEnd {
    const char* aggregator;  // of bad_plugins/aggregates_badly.c
    const char* error;       // as it begins
    const char* mode;        // of the library
};

class Outcome : public PluginFolderTest {
protected:
    void open(const std::vector<std::string>& fixtures, const std::string& mode = "in-process") {
        drop("aggregates");
        for (const auto& one : fixtures) drop(one);
        server_ = serve_folder({"--set", "isolation.default=" + mode, "--set", "worker.grace_ms=200"});
        project_ = project_id(*server_);
        for (const auto& one : fixtures) EXPECT_EQ(settled(*server_, one + ".so").state, "ready") << one;
    }
    [[nodiscard]] SeenRun ask(const std::string& request) { return chat(server_->port(), project_, request); }
    [[nodiscard]] static auto ends(const SeenRun& run) {
        return std::ranges::count_if(run.events, [](const std::string& event) {
            return member(event, "type") == "final" || member(event, "type") == "error";
        });
    }

    std::unique_ptr<Server> server_;
    std::string project_;
};

class BadAggregator : public Outcome, public testing::WithParamInterface<BadEnd> {};

TEST_P(BadAggregator, EndsTheRunOnceInItsErrorWithItsPromptShown) {
    const bool process = GetParam().mode == std::string_view("process");
    if (process && runtime::kSanitized) GTEST_SKIP() << "a sanitizer ends such processes in its own words";
    ASSERT_NO_FATAL_FAILURE(open({"aggregates_badly", "good"}, GetParam().mode));
    const std::string request = R"({"content":"hello","components":["fixture.good"],"timeout_ms":1500)";
    const SeenRun run = ask(request + R"(,"aggregator":"fixture.final_)" + GetParam().aggregator + "\"}");
    ASSERT_EQ(run.last_type, "error") << run.all();
    EXPECT_EQ(ends(run), 1);
    EXPECT_TRUE(member(run.events.back(), "error").starts_with(GetParam().error)) << run.events.back();
    EXPECT_TRUE(std::ranges::any_of(run.events, [](const std::string& event) {
        return member(event, "type") == "debug" && event.find("end badly") != std::string::npos;
    })) << run.all();
    EXPECT_EQ(ask(request + "}").last_type, "final") << "the next run is not concerned";
    EXPECT_EQ(server_->stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Of, BadAggregator,
                         testing::Values(BadEnd{"aborts", "aggregator: crashed: ", "process"},
                                         BadEnd{"empty", "aggregator: invalid_output: ", "in-process"},
                                         BadEnd{"fails", "aggregator: tired: not today", "in-process"},
                                         BadEnd{"late", "aggregator: timeout: ", "in-process"},
                                         BadEnd{"late", "aggregator: timeout: ", "process"},
                                         BadEnd{"other", "aggregator: invalid_output: ", "in-process"},
                                         BadEnd{"silent", "aggregator: no_answer: ", "in-process"},
                                         BadEnd{"words", "aggregator: invalid_output: expected one JSON object",
                                                "in-process"}),
                         [](const auto& tested) {
                             return std::string(tested.param.aggregator) +
                                    (tested.param.mode == std::string_view("process") ? "_in_a_process" : "");
                         });

const std::vector<std::string> kFailing{"fails_badly", "answers_not_json", "answers_off_schema", "throws"};
constexpr const char* kAllOfThem =
    R"("components":["fixture.fails_badly","fixture.answers_not_json","fixture.answers_off_schema","fixture.throws"])";

TEST_F(Outcome, TheAggregatorHearsThatEveryComponentFailed) {
    ASSERT_NO_FATAL_FAILURE(open(kFailing));
    const SeenRun run = ask(std::string(R"({"content":"hello",)") + kAllOfThem + "}");
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_NE(run.events.back().find("0 of 4"), std::string::npos) << run.events.back();
    for (const auto& one : kFailing) EXPECT_NE(result_of(run, "fixture." + one).status, "ok") << one;
}

TEST_F(Outcome, WhereEveryComponentFailedNothingIsInvented) {
    ASSERT_NO_FATAL_FAILURE(open(kFailing));
    const SeenRun run =
        ask(std::string(R"({"content":"hello","aggregator":"aggregator.extractive",)") + kAllOfThem + "}");
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_NE(run.events.back().find("othing was found"), std::string::npos) << run.events.back();
}

TEST_F(Outcome, WithoutARequiredResultTheRunIsAnError) {
    ASSERT_NO_FATAL_FAILURE(open(kFailing));
    const SeenRun run = ask(std::string(R"({"content":"hello","required":["fixture.throws"],)") + kAllOfThem + "}");
    ASSERT_EQ(run.last_type, "error") << run.all();
    EXPECT_EQ(ends(run), 1);
    EXPECT_EQ(member(run.events.back(), "code"), "insufficient_results");
    EXPECT_NE(member(run.events.back(), "detail").find("required: fixture.throws"), std::string::npos);
}

}  // namespace
}  // namespace cedar::host
