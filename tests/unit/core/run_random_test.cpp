#include "tests/unit/core/run_fixture.hpp"

#include <random>

namespace cedar::host {
namespace {

using namespace std::chrono_literals;

// Tells a run anything, in any order, with any slot; the driver checks events as they come.
class Chaos {
public:
    explicit Chaos(unsigned seed)
        : random_(seed),
          driver_({always("a.one"), always("a.two"), always("a.three"), aggregator(2),
                   make_test_component("pick.one", [](Manifest& m) { m.role = Role::selector; })},
                  request(), limits()) {}

    void play() {
        driver_.submit(one_in(2) ? 0 : 2);
        const auto start = driver_.now().steady;
        for (int i = 0; i < 200 && !driver_.ended(); ++i) step();
        while (driver_.pass_to_deadline()) {}
        EXPECT_TRUE(driver_.ended());
        EXPECT_LE(driver_.now().steady - start, 20s);
        for (int i = 0; i < 20; ++i) step();  // after the end nothing changes: the driver would complain
    }
    [[nodiscard]] const RunDriver& driver() const { return driver_; }

private:
    bool one_in(unsigned n) { return random_() % n == 0; }
    ChatRequest request() {
        auto made = asking(one_in(4) ? "" : "Why?");
        made.debug = one_in(2);
        if (one_in(3)) made.quorum = 1 + static_cast<std::uint32_t>(random_() % 3);
        if (one_in(4)) made.required = {"a.two"};
        if (one_in(10)) made.aggregator = "no.such";
        if (one_in(10)) made.components = {"no.such"};
        return made;
    }
    RunLimits limits() {
        auto made = usual_limits();
        made.budget = 20s;
        if (one_in(3)) made.selector = one_in(10) ? "no.such" : "pick.one";
        return made;
    }

    std::string answer() {
        switch (random_() % 4) {
            case 0: return "{}";
            case 1: return R"({"components":[{"id":"a.one"},{"id":"a.two"}]})";
            default: return std::string(RunDriver::kFinal);
        }
    }

    void step() {
        // Mostly what is running, so that games get far; sometimes any slot at all.
        const auto slot = driver_.started().empty() || one_in(4)
                              ? random_() % 8
                              : driver_.started().rbegin()->first - random_() % 2;
        switch (random_() % 16) {
            case 0: return driver_.admit();
            case 1: return driver_.submit(random_() % 2);
            case 2: return driver_.prepare({});
            case 3: return one_in(8) ? driver_.prepare_fails({ErrorCode::io, "no", ""}) : driver_.prepare({});
            case 4:
            case 5:
            case 6: return driver_.answer(slot, answer());
            case 7:
            case 8:
                return driver_.fail(slot, one_in(2) ? ResultStatus::error : ResultStatus::timeout,
                                    {"c", "m", "", false, ErrorSource::host});
            case 9: return driver_.emit(slot, EmitKind::prompt, R"({"messages":[{"role":"user","content":"x"}]})");
            case 10: return driver_.emit(slot, EmitKind::token, one_in(3) ? "{" : R"({"text":"x"})");
            case 11: return one_in(4) ? driver_.save(Error{ErrorCode::io, "no", ""}) : driver_.save();
            case 12: return some_time();
            case 13: return driver_.pass(0us);
            case 14:
                if (one_in(10)) driver_.cancel();
                return;
            default:
                if (one_in(10)) driver_.refuse({ErrorCode::limit, "full", ""});
                return;
        }
    }

    // At most up to the next deadline: a clock that is told late is another test's subject.
    void some_time() {
        std::chrono::microseconds by = std::chrono::milliseconds(random_() % 2000);
        if (const auto next = driver_.run().next_deadline())
            by = std::min(by, std::chrono::ceil<std::chrono::microseconds>(*next - driver_.now().steady));
        driver_.pass(std::max(by, 0us));
    }

    std::mt19937 random_;
    RunDriver driver_;
};

TEST(RunRandom, EndsExactlyOnceWhateverIsToldInWhateverOrder) {
    std::map<std::string, int> endings;
    for (unsigned seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Chaos chaos(seed);
        chaos.play();
        const auto& events = chaos.driver().events();
        EXPECT_EQ(std::count_if(events.begin(), events.end(), [](const auto& e) { return e->terminal(); }), 1);
        ++endings[chaos.driver().last("type") == "final" ? "final" : chaos.driver().last("code")];
        if (testing::Test::HasFailure()) return;
    }
    // The dice reach the endings that matter, so that the test means something.
    for (const auto* ending : {"final", "cancelled", "timeout", "insufficient_results", "invalid_output", "io"})
        EXPECT_GT(endings[ending], 0) << ending;
}

}  // namespace
}  // namespace cedar::host
