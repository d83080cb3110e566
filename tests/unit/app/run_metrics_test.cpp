#include "host/app/run_metrics.hpp"

#include "host/metrics/prometheus_meter.hpp"
#include "tests/support/recording_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunMetricsTest : public testing::Test {
protected:
    void write(std::string_view stage, std::string_view component, const std::string& status,
               const std::string& duration_ms = {}) {
        std::vector<std::pair<std::string_view, std::string>> fields;
        if (!status.empty()) fields.emplace_back("status", status);
        if (!duration_ms.empty()) fields.emplace_back("duration_ms", duration_ms);
        LogRecord record;
        record.stage = stage;
        record.comp = component;
        record.fields = fields;
        metrics_.write(record);
    }

    RecordingLog real_;
    metrics::PrometheusMeter meter_;
    RunMetrics metrics_{real_, meter_};
};

TEST_F(RunMetricsTest, PassEveryLineOn) {
    write("http", "", "");
    write("COMPLETE", "example.one", "ok");
    EXPECT_EQ(real_.lines().size(), 2U);
}

TEST_F(RunMetricsTest, CountRunsByTheirEnd) {
    write("ACK", "", "started");
    write("COMPLETE", "", "complete", "250");
    write("COMPLETE", "", "partial");
    write("COMPLETE", "", "limit");  // a remark, no end
    write("ERROR", "", "deadline", "1000");
    write("ERROR", "", "");  // of the store, after a run
    const auto text = meter_.text();
    EXPECT_THAT(text, HasSubstr("cedar_runs_accepted_total 1\n"));
    for (const char* status : {"complete", "partial", "deadline"})
        EXPECT_THAT(text, HasSubstr("cedar_runs_total{status=\"" + std::string(status) + "\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("limit")));
    EXPECT_THAT(text, HasSubstr("cedar_run_duration_seconds_count 3\n"));
    EXPECT_THAT(text, HasSubstr("cedar_run_duration_seconds_sum 1.25\n"));
}

TEST_F(RunMetricsTest, CountComponentsByOutcome) {
    write("COMPLETE", "example.one", "ok", "5");
    write("COMPLETE", "example.one", "ok");
    write("COMPLETE", "example.one", "timeout", "100");
    write("COMPLETE", "example.one", "invalid");  // an emission, no outcome
    write("AGGREGATE", "aggregator.one", "error", "7");
    const auto text = meter_.text();
    EXPECT_THAT(text, HasSubstr("cedar_components_total{component=\"example.one\",status=\"ok\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("cedar_components_total{component=\"example.one\",status=\"timeout\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("cedar_components_total{component=\"aggregator.one\",status=\"error\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("cedar_component_duration_seconds_count{component=\"example.one\"} 3\n"));
    EXPECT_THAT(text, Not(HasSubstr("invalid")));
}

TEST_F(RunMetricsTest, KeepOnlySoManyCodesApart) {
    for (int i = 0; i < 200; ++i) write("ERROR", "", "code-" + std::to_string(i));
    const auto text = meter_.text();
    EXPECT_THAT(text, HasSubstr("cedar_runs_total{status=\"code-63\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("code-64")));
    EXPECT_THAT(text, HasSubstr("cedar_runs_total{status=\"other\"} 136\n"));
}

}  // namespace
}  // namespace cedar::host::app
