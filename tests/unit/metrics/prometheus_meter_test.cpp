#include "host/metrics/prometheus_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace cedar::host::metrics {
namespace {

using testing::HasSubstr;

TEST(PrometheusMeter, GivesTheSameCounterForTheSameLabels) {
    PrometheusMeter meter;
    auto& first = meter.counter("a_total", "Help.", {{"x", "1"}});
    auto& again = meter.counter("a_total", "Help.", {{"x", "1"}});
    auto& other = meter.counter("a_total", "Help.", {{"x", "2"}});
    EXPECT_EQ(&first, &again);
    EXPECT_NE(&first, &other);
    first.add();
    again.add(2);
    const auto text = meter.text();
    EXPECT_THAT(text, HasSubstr("# HELP a_total Help.\n# TYPE a_total counter\n"));
    EXPECT_THAT(text, HasSubstr("a_total{x=\"1\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("a_total{x=\"2\"} 0\n"));
}

TEST(PrometheusMeter, SortsWhatItObservesIntoBuckets) {
    PrometheusMeter meter;
    constexpr std::array bounds{0.1, 1.0};
    auto& seconds = meter.histogram("b_seconds", "Help.", {}, bounds);
    for (const double value : {0.05, 0.5, 5.0}) seconds.observe(value);
    EXPECT_EQ(&seconds, &meter.histogram("b_seconds", "Help.", {}, bounds));
    const auto text = meter.text();
    EXPECT_THAT(text, HasSubstr("b_seconds_bucket{le=\"0.1\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("b_seconds_bucket{le=\"1\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("b_seconds_bucket{le=\"+Inf\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("b_seconds_count 3\n"));
}

TEST(PrometheusMeter, ReadsWhatOthersKeepWhenItIsPrinted) {
    PrometheusMeter meter;
    double value = 1;
    meter.watch(Meter::Kind::gauge, "c", "Help.", {{"state", "x"}}, [&value] { return value; });
    meter.watch(Meter::Kind::gauge, "c", "Help.", {{"state", "y"}}, [] { return 7.0; });
    meter.watch(Meter::Kind::counter, "d_total", "Help.", {}, [] { return 9.0; });
    EXPECT_THAT(meter.text(), HasSubstr("c{state=\"x\"} 1\n"));
    value = 2;
    const auto text = meter.text();
    EXPECT_THAT(text, HasSubstr("c{state=\"x\"} 2\nc{state=\"y\"} 7\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE c gauge\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE d_total counter\nd_total 9\n"));
}

}  // namespace
}  // namespace cedar::host::metrics
