#pragma once
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host {

// A number that only grows. Thread: any.
class Counter {
public:
    virtual ~Counter() = default;
    virtual void add(double by = 1) = 0;
};

// How often a value fell below each of some bounds. Thread: any.
class Histogram {
public:
    virtual ~Histogram() = default;
    virtual void observe(double value) = 0;
};

using MetricLabels = std::map<std::string, std::string>;

// What operators see of the host in numbers. Names are Prometheus': "cedar_runs_total", the unit last; labels hold
// only what is bounded: ids of components, statuses, never what a user wrote. Thread: any.
class Meter {
public:
    virtual ~Meter() = default;
    // The same arguments give the same counter. It lives as long as the meter: keep the reference.
    [[nodiscard]] virtual Counter& counter(std::string_view name, std::string_view help,
                                           const MetricLabels& labels) = 0;
    // `bounds`: ascending, the same for all of one name.
    [[nodiscard]] virtual Histogram& histogram(std::string_view name, std::string_view help,
                                               const MetricLabels& labels, std::span<const double> bounds) = 0;
    // For numbers that somebody else keeps: `read` is called whenever the meter is read, on any thread, and must
    // return at once. It must do so until the last text().
    enum class Kind { counter, gauge };
    virtual void watch(Kind kind, std::string_view name, std::string_view help, const MetricLabels& labels,
                       std::function<double()> read) = 0;
    // Everything, in Prometheus' text format 0.0.4.
    [[nodiscard]] virtual std::string text() const = 0;
};

}  // namespace cedar::host
