#include "host/app/run_metrics.hpp"

#include "host/core/component_result.hpp"

#include <array>
#include <charconv>

namespace cedar::host::app {
namespace {

constexpr std::array kSeconds{0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0};

constexpr std::size_t kMostStatuses = 64;

std::string_view field(const LogRecord& record, std::string_view name) {
    for (const auto& [key, value] : record.fields)
        if (key == name) return value;
    return {};
}

bool is_result_status(std::string_view text) {
    using enum ResultStatus;
    for (const auto status : {ok, error, timeout, crashed, invalid_output, cancelled, rejected, denied, late})
        if (text == to_string(status)) return true;
    return false;
}

// The log leaves a duration below a millisecond out.
double seconds_of(const LogRecord& record) {
    const auto text = field(record, "duration_ms");
    double milliseconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    return milliseconds / 1000;
}

}  // namespace

RunMetrics::RunMetrics(Log& real, Meter& meter)
    : real_(real),
      meter_(meter),
      accepted_(meter.counter("cedar_runs_accepted_total", "Runs that got their ack", {})),
      run_seconds_(
          meter.histogram("cedar_run_duration_seconds", "From the request to its last event", {}, kSeconds)) {}

void RunMetrics::write(const LogRecord& record) {
    if (record.stage == "ACK") accepted_.add();
    const bool ended = record.stage == "COMPLETE" || record.stage == "AGGREGATE";
    if (ended && !record.comp.empty() && is_result_status(field(record, "status"))) component_ended(record);
    const auto status = field(record, "status");
    const bool complete = record.stage == "COMPLETE" && (status == "complete" || status == "partial");
    const bool failed = record.stage == "ERROR" && !status.empty();
    if (record.comp.empty() && (complete || failed)) run_ended(record);
    real_.write(record);
}

void RunMetrics::component_ended(const LogRecord& record) {
    const std::lock_guard lock(mutex_);
    auto found = components_.find(record.comp);
    if (found == components_.end()) {
        found = components_.emplace(record.comp, Ends()).first;
        found->second.seconds = &meter_.histogram("cedar_component_duration_seconds", "Of one component in one run",
                                                  {{"component", std::string(record.comp)}}, kSeconds);
    }
    auto& ends = found->second;
    const auto status = field(record, "status");
    auto counted = ends.by_status.find(status);
    if (counted == ends.by_status.end())
        counted =
            ends.by_status
                .emplace(status, &meter_.counter(
                                     "cedar_components_total", "Components that ended, by outcome",
                                     {{"component", std::string(record.comp)}, {"status", std::string(status)}}))
                .first;
    counted->second->add();
    ends.seconds->observe(seconds_of(record));
}

void RunMetrics::run_ended(const LogRecord& record) {
    // A code may be a component's own; beyond some of them the rest is one.
    const auto code = field(record, "status");
    const std::lock_guard lock(mutex_);
    const std::string_view status = runs_.size() < kMostStatuses || runs_.contains(code) ? code : "other";
    auto found = runs_.find(status);
    if (found == runs_.end())
        found = runs_
                    .emplace(status, &meter_.counter("cedar_runs_total", "Runs that ended, by outcome",
                                                     {{"status", std::string(status)}}))
                    .first;
    found->second->add();
    run_seconds_.observe(seconds_of(record));
}

}  // namespace cedar::host::app
