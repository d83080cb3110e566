#pragma once
#include "host/core/registry.hpp"
#include "host/core/run.hpp"
#include "host/core/selector.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/event_log.hpp"
#include "host/ports/ids.hpp"
#include "host/ports/log.hpp"
#include "host/ports/runs.hpp"
#include "host/ports/store.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace cedar::host::runtime {

class ControlThread;

struct DispatcherOptions {
    std::size_t max_runs = 16;     // at once
    std::size_t queue_max = 1000;  // runs that wait for a place, first come first served; beyond: refused
    RunLimits run;
    SelectorLimits selector;
};

// What the dispatcher works with; all must outlive the control thread's last task (ControlThread::stop).
struct DispatcherPorts {
    Store& store;
    EventLog& events;
    Log& log;
    IdSource& ids;
};

// Admits runs, drives each core Run on the control thread, and carries out what it asks for.
// Thread: any.
class Dispatcher final : public Runs {
public:
    Dispatcher(ControlThread& control, DispatcherPorts ports, DispatcherOptions options, RegistryPtr registry);
    // drain(0).
    ~Dispatcher() override;

    // The ack is in the event log when it returns, whatever the control thread is busy with.
    [[nodiscard]] RunTicket submit(std::int64_t project_id, ChatRequest request) override;
    bool cancel(std::string_view run_id, std::string reason) override;

    // Runs submitted from now on use this snapshot; those going on keep theirs.
    void set_registry(RegistryPtr registry);
    [[nodiscard]] RegistryPtr registry() const;

    struct Load {
        std::size_t running = 0, queued = 0;
        bool draining = false;
    };
    [[nodiscard]] Load load() const;

    // Refuses new runs, waits up to `limit` for those admitted, cancels the rest: each still gets its terminal
    // event. True: all ended by themselves. Blocking: up to `limit` and a short while. Not from the control thread.
    bool drain(std::chrono::milliseconds limit);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace cedar::host::runtime
