// Components that come back in time with the wrong thing.
#include "tests/integration/runtime_containment/containment_fixture.hpp"

namespace cedar::host {
namespace {

class WrongAnswers : public ContainmentTest {
protected:
    // Runs the component beside the good one, which must not notice.
    Ended end_of(std::string_view fixture, const std::string& id) {
        open({fixture});
        const RunSeen seen = run({id, "fixture.good"});
        EXPECT_EQ(seen.last()->type, EventType::final) << seen.last()->json;
        EXPECT_EQ(seen.ended.at("fixture.good").status, "ok");
        expect_recovery();
        return seen.ended.at(id);
    }
};

TEST_F(WrongAnswers, AnExceptionIsAnErrorWithItsWords) {
    const Ended ended = end_of("throws", "fixture.throws");
    EXPECT_EQ(ended.status, "error");
    EXPECT_EQ(ended.code, "exception");
    EXPECT_EQ(ended.message, "thrown out of \"invoke\"");
}

TEST_F(WrongAnswers, AnExceptionOfAnyTypeIsAnError) {
    const Ended ended = end_of("throws", "fixture.throws_number");
    EXPECT_EQ(ended.status, "error");
    EXPECT_EQ(ended.code, "exception");
    EXPECT_EQ(ended.message, "unknown exception");
}

TEST_F(WrongAnswers, WordsAreInvalidOutput) {
    const Ended ended = end_of("answers_not_json", "fixture.answers_not_json");
    EXPECT_EQ(ended.status, "invalid_output");
    EXPECT_EQ(ended.message, "JSON: byte 0: expected a value, got 't'");
}

TEST_F(WrongAnswers, BytesThatAreNotUtf8AreInvalidOutput) {
    const Ended ended = end_of("answers_bad_utf8", "fixture.answers_bad_utf8");
    EXPECT_EQ(ended.status, "invalid_output");
    EXPECT_EQ(ended.message, "JSON: byte 9: expected well-formed UTF-8, got byte 0xc3");
}

TEST_F(WrongAnswers, JsonOutsideItsSchemaIsInvalidOutput) {
    const Ended ended = end_of("answers_off_schema", "fixture.answers_off_schema");
    EXPECT_EQ(ended.status, "invalid_output");
    EXPECT_EQ(ended.message, "expected type integer at /n, got string \"many\"");
}

TEST_F(WrongAnswers, TheFirstOfTwoAnswersCounts) {
    EXPECT_EQ(end_of("answers_twice", "fixture.answers_twice").status, "ok");
    EXPECT_EQ(host_->usage().second_answers, 1U);
    auto endings = std::make_shared<Endings>();
    const auto& component = components_.at("fixture.answers_twice");
    const StartInvocation start{0, component, std::make_shared<const std::string>("{}"),
                                std::chrono::steady_clock::now() + 60s};
    component->invoker->start({&start, 1}, nullptr, endings);
    EXPECT_EQ(endings->wait_for(1).at(0).content, R"({"answer":1})");
}

TEST_F(WrongAnswers, OkWithoutAnAnswerIsAnError) {
    const Ended ended = end_of("no_answer", "fixture.no_answer");
    EXPECT_EQ(ended.status, "error");
    EXPECT_EQ(ended.code, "no_answer");
    EXPECT_EQ(ended.message, "the component said OK and gave no answer");
}

TEST_F(WrongAnswers, AStatusThatNobodyKnowsIsInternal) {
    const Ended ended = end_of("fails_badly", "fixture.fails_badly");
    EXPECT_EQ(ended.status, "error");
    EXPECT_EQ(ended.code, "internal");
    EXPECT_EQ(ended.message, "the component failed");
    EXPECT_NE(ended.detail.find("the component's error document was not usable"), std::string::npos)
        << ended.detail;
}

TEST_F(WrongAnswers, AnAnswerOf100MegabytesIsNotTaken) {
    const Ended ended = end_of("answers_huge", "fixture.answers_huge");
    EXPECT_EQ(ended.status, "error");
    EXPECT_EQ(ended.code, "limit");
    EXPECT_EQ(ended.message, "the component met a limit");
}

TEST_F(WrongAnswers, AnAnswerOf100MegabytesIsNoAnswer) {
    const Ended ended = end_of("answers_huge", "fixture.answers_huge_and_says_ok");
    EXPECT_EQ(ended.status, "error");
    EXPECT_EQ(ended.code, "no_answer");
}

TEST_F(WrongAnswers, AllAtOnceLeaveTheGoodOneAlone) {
    open({"throws", "answers_not_json", "answers_bad_utf8", "answers_off_schema", "answers_twice", "no_answer",
          "fails_badly", "answers_huge"});
    std::vector<std::string> ids;
    for (const auto& [id, component] : components_) {
        if (component->manifest.role == Role::component) ids.push_back(id);
    }
    for (int i = 0; i < 5; ++i) {
        const RunSeen seen = run(ids);
        EXPECT_EQ(seen.last()->type, EventType::final);
        EXPECT_NE(seen.last()->json.find("2 of 11"), std::string::npos) << seen.last()->json;
        EXPECT_EQ(seen.ended.at("fixture.good").status, "ok");
    }
    expect_recovery();
}

}  // namespace
}  // namespace cedar::host
