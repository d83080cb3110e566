#pragma once
#include "host/core/now.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace cedar::host::runtime {

class Watched;

// Those who wait for the same moment. Private to the watch.
struct Moment {
    SteadyTime when{};
    Watched* first = nullptr;
    std::uint64_t timer = 0;
};

// One who is told when a moment has come. Its links belong to the watch that it was added to.
class Watched {
public:
    virtual ~Watched() = default;
    virtual void on_deadline() = 0;
    // Itself, kept alive. Asked under the watch's mutex, of one that is in the watch.
    [[nodiscard]] virtual std::shared_ptr<Watched> keep() = 0;

private:
    friend class DeadlineWatch;
    Moment* moment_ = nullptr;
    Watched *previous_ = nullptr, *next_ = nullptr;
};

// Deadlines of many who mostly share them: one timer for each distinct moment, however many wait for it. Whoever
// was added is told once, at its moment or after, unless it was removed before. Thread: any; `on_deadline` is
// called with no lock held, on whatever thread calls fire().
class DeadlineWatch {
public:
    // Sets a timer that calls fire(when) at `when` or after, and takes one back that may have fired.
    struct Timers {
        std::function<std::uint64_t(SteadyTime when)> set;
        std::function<void(std::uint64_t timer)> drop;
    };
    explicit DeadlineWatch(Timers timers) : timers_(std::move(timers)) {}

    void add(Watched& one, SteadyTime when);
    // Nothing happens to one that is not in it. After that it is not kept, and not told unless it was just being
    // told.
    void remove(Watched& one);
    // Tells those whose moment is `when`.
    void fire(SteadyTime when);

    [[nodiscard]] std::size_t moments() const;  // distinct ones, waited for now

private:
    [[nodiscard]] std::vector<std::shared_ptr<Watched>> take(SteadyTime when);
    static void unlink(Watched& one);

    const Timers timers_;
    mutable std::mutex mutex_;
    std::map<SteadyTime, Moment> moments_;
    Moment* last_ = nullptr;  // the one asked for last: most who come share it
};

}  // namespace cedar::host::runtime
