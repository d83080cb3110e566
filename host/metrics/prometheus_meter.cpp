#include "host/metrics/prometheus_meter.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <utility>
#include <vector>

namespace cedar::host::metrics {
namespace {

class CounterOf final : public Counter {
public:
    explicit CounterOf(prometheus::Counter& real) : real_(real) {}
    void add(double by) override { real_.Increment(by); }

private:
    prometheus::Counter& real_;
};

class HistogramOf final : public Histogram {
public:
    explicit HistogramOf(prometheus::Histogram& real) : real_(real) {}
    void observe(double value) override { real_.Observe(value); }

private:
    prometheus::Histogram& real_;
};

struct Watch {
    MetricLabels labels;
    std::function<double()> read;
};

struct WatchFamily {
    std::string help;
    prometheus::MetricType type = prometheus::MetricType::Gauge;
    std::vector<Watch> watches;
};

prometheus::ClientMetric sample(const Watch& watch) {
    prometheus::ClientMetric out;
    for (const auto& [name, value] : watch.labels) out.label.push_back({name, value});
    out.counter.value = out.gauge.value = watch.read();
    return out;
}

}  // namespace

struct PrometheusMeter::Impl {
    // One wrapper for each metric, found again by its address: the library's own look-up tells them apart.
    template <class Wrapper, class Real>
    Wrapper& wrapped(std::map<const void*, std::unique_ptr<Wrapper>>& known, Real& real) {
        auto& slot = known[&real];
        if (!slot) slot = std::make_unique<Wrapper>(real);
        return *slot;
    }

    mutable std::mutex mutex;  // not taken to count
    prometheus::Registry registry;
    std::map<const void*, std::unique_ptr<CounterOf>> counters;
    std::map<const void*, std::unique_ptr<HistogramOf>> histograms;
    std::map<std::string, WatchFamily, std::less<>> watched;
};

PrometheusMeter::PrometheusMeter() : impl_(std::make_unique<Impl>()) {}
PrometheusMeter::~PrometheusMeter() = default;

Counter& PrometheusMeter::counter(std::string_view name, std::string_view help, const MetricLabels& labels) {
    const std::lock_guard lock(impl_->mutex);
    auto& family =
        prometheus::BuildCounter().Name(std::string(name)).Help(std::string(help)).Register(impl_->registry);
    return impl_->wrapped(impl_->counters, family.Add(labels));
}

Histogram& PrometheusMeter::histogram(std::string_view name, std::string_view help, const MetricLabels& labels,
                                      std::span<const double> bounds) {
    const std::lock_guard lock(impl_->mutex);
    auto& family =
        prometheus::BuildHistogram().Name(std::string(name)).Help(std::string(help)).Register(impl_->registry);
    const prometheus::Histogram::BucketBoundaries edges(bounds.begin(), bounds.end());
    return impl_->wrapped(impl_->histograms, family.Add(labels, edges));
}

void PrometheusMeter::watch(Kind kind, std::string_view name, std::string_view help, const MetricLabels& labels,
                            std::function<double()> read) {
    const std::lock_guard lock(impl_->mutex);
    auto& family = impl_->watched[std::string(name)];
    family.help = help;
    family.type = kind == Kind::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    family.watches.push_back({labels, std::move(read)});
}

std::string PrometheusMeter::text() const {
    const std::lock_guard lock(impl_->mutex);
    auto families = impl_->registry.Collect();
    for (const auto& [name, watched] : impl_->watched) {
        prometheus::MetricFamily family{name, watched.help, watched.type, {}};
        for (const auto& watch : watched.watches) family.metric.push_back(sample(watch));
        families.push_back(std::move(family));
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace cedar::host::metrics
