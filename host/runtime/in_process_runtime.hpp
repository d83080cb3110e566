#pragma once
#include "host/os/culprit.hpp"
#include "host/runtime/blocking_threads.hpp"
#include "host/runtime/component_threads.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/deadline_watch.hpp"
#include "host/runtime/host_table.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/open_count.hpp"
#include "host/runtime/service_table.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cedar::host::runtime {

class InProcessInvoker;

// What the invokers and invocations of one InProcessHost share; lives until the last of them is gone. Thread: any.
class InProcessRuntime : public std::enable_shared_from_this<InProcessRuntime> {
public:
    InProcessRuntime(ControlThread& control, const ServiceTable& services, Log& log, InProcessOptions options);

    [[nodiscard]] SteadyTime now() const { return control.clock().steady(); }

    // Counts an invocation that waits to start. False: the queue is full or the host is stopping.
    [[nodiscard]] bool admit();
    [[nodiscard]] std::string refusal() const;  // why admit() said no

    // Looks after threads that are held, as long as there is work.
    void ensure_watch();
    void note_hog(const std::string& component, std::chrono::milliseconds held);
    void note_no_replacement(const std::string& component, std::size_t held_threads);
    [[nodiscard]] std::vector<InProcessHost::Hog> hogs() const;

    // Runs foreign code that is no invocation: a cancel hook, a destroy. Off the caller's thread unless stopped.
    void chore(std::string component, std::shared_ptr<const os::Culprit> culprit, std::function<void()> task);

    ControlThread& control;
    const ServiceTable& services;
    Log& log;
    const InProcessOptions options;
    HostTable& table;
    DeadlineWatch deadlines;  // when invocations are to unwind
    ComponentThreads threads;
    BlockingThreads blocking;
    BlockingThreads chores;
    OpenCount open;
    std::atomic<bool> stopping{false};
    std::atomic<std::uint64_t> stuck{0}, circuit_refusals{0};

    void note_stuck(const std::shared_ptr<InProcessInvoker>& invoker, const void* lease, const std::string& why);
    [[nodiscard]] std::vector<InProcessHost::Circuit> circuits() const;

private:
    void watch();
    void warn(const std::string& component, const std::string& message);
    [[nodiscard]] DeadlineWatch::Timers timers();

    std::atomic<bool> watching_{false};
    mutable std::mutex mutex_;
    std::vector<InProcessHost::Hog> hogs_;
    std::vector<std::weak_ptr<InProcessInvoker>> troubled_;
};

// A piece of foreign code to be run on a chore thread.
class Chore final : public Work {
public:
    Chore(Log& log, std::string name, std::shared_ptr<const os::Culprit> culprit, std::function<void()> task,
          SteadyTime overdue)
        : log_(log),
          name_(std::move(name)),
          culprit_(std::move(culprit)),
          task_(std::move(task)),
          overdue_(overdue) {}

    void run() noexcept override;
    void refuse(std::string_view) noexcept override { run(); }  // the host stops: no thread is left but this one
    [[nodiscard]] const char* name() const noexcept override { return name_.c_str(); }
    [[nodiscard]] const char* culprit() const noexcept override { return culprit_ ? culprit_->text() : nullptr; }
    [[nodiscard]] std::optional<SteadyTime> overdue_at() const noexcept override { return overdue_; }

private:
    Log& log_;
    std::string name_;
    const std::shared_ptr<const os::Culprit> culprit_;
    std::function<void()> task_;
    SteadyTime overdue_;
};

}  // namespace cedar::host::runtime
