#pragma once
#include "host/ports/log.hpp"
#include "host/ports/meter.hpp"

#include <map>
#include <mutex>
#include <string>

namespace cedar::host::app {

// Counts runs and components where each stage's end passes anyhow: in the structured log. Stands in front of the
// real one, whose level does not matter here. Ownership: both outlive it. Thread: any.
class RunMetrics final : public Log {
public:
    RunMetrics(Log& real, Meter& meter);
    void write(const LogRecord& record) override;

private:
    struct Ends {
        std::map<std::string, Counter*, std::less<>> by_status;
        Histogram* seconds = nullptr;
    };
    void component_ended(const LogRecord& record);
    void run_ended(const LogRecord& record);

    Log& real_;
    Meter& meter_;
    Counter& accepted_;
    Histogram& run_seconds_;
    std::mutex mutex_;  // of the two maps
    std::map<std::string, Ends, std::less<>> components_;
    std::map<std::string, Counter*, std::less<>> runs_;
};

}  // namespace cedar::host::app
