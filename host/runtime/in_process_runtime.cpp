#include "host/runtime/in_process_runtime.hpp"

#include "host/runtime/in_process_invoker.hpp"

#include <algorithm>
#include <exception>
#include <thread>

namespace cedar::host::runtime {
namespace {

constexpr unsigned kChoreThreads = 4, kChoreThreadsExtra = 16;
constexpr std::chrono::seconds kChoreLimit{1};       // after which its thread counts as held
constexpr std::chrono::milliseconds kSlowWatch{50};  // with no hog limit: only overdue blocking threads

ComponentThreadsOptions component_options(const InProcessOptions& options) {
    ComponentThreadsOptions out;
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    out.threads = options.component_threads > 0 ? options.component_threads : cores;
    out.extra = options.component_threads_extra;
    out.fibers_max = options.fibers_max;
    out.fibers_idle_max = options.fibers_idle_max;
    out.hog_limit = options.hog_limit;
    out.source = options.source;
    return out;
}

BlockingThreadsOptions blocking_options(const InProcessOptions& options) {
    BlockingThreadsOptions out;
    out.threads_max = options.blocking_threads_max;
    out.extra = options.blocking_threads_extra;
    out.idle = options.blocking_idle;
    return out;
}

BlockingThreadsOptions chore_options(const InProcessOptions& options) {
    BlockingThreadsOptions out;
    out.threads_max = kChoreThreads;
    out.extra = kChoreThreadsExtra;
    out.idle = options.blocking_idle;
    out.thread_name = "cedar-chore";
    return out;
}

}  // namespace

InProcessRuntime::InProcessRuntime(ControlThread& control_thread, const ServiceTable& service_table, Log& sink,
                                   InProcessOptions chosen)
    : control(control_thread),
      services(service_table),
      log(sink),
      options(chosen),
      table(HostTable::create(control_thread.clock(), sink, chosen.limits)),
      deadlines(timers()),
      threads(component_options(chosen)),
      blocking(blocking_options(chosen)),
      chores(chore_options(chosen)) {}

DeadlineWatch::Timers InProcessRuntime::timers() {
    const auto set = [this](SteadyTime when) {
        return control.schedule(when, [weak = weak_from_this(), when] {
            if (const auto self = weak.lock()) self->deadlines.fire(when);
        });
    };
    return {set, [this](ControlThread::TimerId timer) { control.cancel(timer); }};
}

bool InProcessRuntime::admit() {
    if (stopping) return false;
    return open.add_waiting(options.queue_max);
}

std::string InProcessRuntime::refusal() const {
    if (stopping) return "the host is stopping";
    return "expected at most " + std::to_string(options.queue_max) + " waiting invocations [queue_max]";
}

void InProcessRuntime::ensure_watch() {
    if (!watching_ && !watching_.exchange(true)) watch();
}

void InProcessRuntime::watch() {
    const auto time = now();
    threads.watch(time);
    blocking.watch(time);
    chores.watch(time);
    if (open.none()) {
        watching_ = false;
        if (open.none() || watching_.exchange(true)) return;
    }
    const auto half = std::max(options.hog_limit / 2, std::chrono::milliseconds(1));
    const auto period = options.hog_limit.count() > 0 ? half : kSlowWatch;
    control.schedule(time + period, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->watch();
    });
}

void InProcessRuntime::chore(std::string component, std::shared_ptr<const os::Culprit> culprit,
                             std::function<void()> task) {
    chores.submit(std::make_shared<Chore>(log, std::move(component), std::move(culprit), std::move(task),
                                          now() + kChoreLimit));
}

void InProcessRuntime::note_hog(const std::string& component, std::chrono::milliseconds held) {
    {
        const std::lock_guard lock(mutex_);
        hogs_.push_back({component, held});
    }
    warn(component, "held its thread for " + std::to_string(held.count()) + " ms, expected at most " +
                        std::to_string(options.hog_limit.count()) +
                        " [hog_limit_ms]; it is run as blocking from now on");
}

void InProcessRuntime::note_no_replacement(const std::string& component, std::size_t held_threads) {
    warn(component, "no thread takes the place of the one it holds: " + std::to_string(held_threads) +
                        " are held, expected at most " + std::to_string(options.component_threads_extra) +
                        " [component.threads_extra]; what has not started waits until one comes back");
}

void InProcessRuntime::note_stuck(const std::shared_ptr<InProcessInvoker>& invoker, const void* lease,
                                  const std::string& why) {
    ++stuck;
    const std::string& component = invoker->manifest().id;
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(troubled_, [&](const auto& one) {
            return one.expired() || (!one.owner_before(invoker) && !invoker.owner_before(one));
        });
        troubled_.push_back(invoker);
    }
    warn(component, why + "; its thread is written off");
    if (options.on_stuck) options.on_stuck(component, lease, why);
}

std::vector<InProcessHost::Circuit> InProcessRuntime::circuits() const {
    const SteadyTime time = now();
    std::vector<std::shared_ptr<InProcessInvoker>> known;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& one : troubled_) known.push_back(one.lock());
    }
    std::vector<InProcessHost::Circuit> out;
    for (const auto& one : known) {
        if (one) out.push_back({one.get(), one->circuit(time)});
    }
    return out;
}

void InProcessRuntime::warn(const std::string& component, const std::string& message) {
    LogRecord record;
    record.level = LogLevel::warn;
    record.stage = "watchdog";
    record.message = message;
    record.comp = component;
    log.write(record);
}

std::vector<InProcessHost::Hog> InProcessRuntime::hogs() const {
    const std::lock_guard lock(mutex_);
    return hogs_;
}

// Foreign code must not throw, and may.
void Chore::run() noexcept {
    std::string what = "an exception";
    try {
        task_();
        return;
    } catch (const std::exception& error) {
        what = error.what();
    } catch (...) {
        what += " of no known type";
    }
    LogRecord record;
    record.level = LogLevel::warn;
    record.stage = "component";
    record.message = what;
    record.comp = name_;
    log_.write(record);
}

}  // namespace cedar::host::runtime
