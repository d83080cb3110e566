#pragma once
#include "host/ports/meter.hpp"

#include <memory>

namespace cedar::host::metrics {

// The Meter port over prometheus-cpp. Thread: any.
class PrometheusMeter final : public Meter {
public:
    PrometheusMeter();
    ~PrometheusMeter() override;

    [[nodiscard]] Counter& counter(std::string_view name, std::string_view help,
                                   const MetricLabels& labels) override;
    [[nodiscard]] Histogram& histogram(std::string_view name, std::string_view help, const MetricLabels& labels,
                                       std::span<const double> bounds) override;
    void watch(Kind kind, std::string_view name, std::string_view help, const MetricLabels& labels,
               std::function<double()> read) override;
    [[nodiscard]] std::string text() const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::metrics
