#include "host/runtime/in_process_host.hpp"

#include "host/runtime/in_process_invoker.hpp"
#include "host/runtime/in_process_runtime.hpp"

namespace cedar::host::runtime {

struct InProcessHost::Impl {
    std::shared_ptr<InProcessRuntime> runtime;
};

InProcessHost::InProcessHost(ControlThread& control, const ServiceTable& services, Log& log,
                             InProcessOptions options)
    : impl_(std::make_unique<Impl>()) {
    impl_->runtime = std::make_shared<InProcessRuntime>(control, services, log, options);
}

InProcessHost::~InProcessHost() {
    stop(std::chrono::seconds(1));
    impl_->runtime->table.close();
}

const cedar_host* InProcessHost::table() const {
    return &impl_->runtime->table;
}

Result<std::shared_ptr<Invoker>> InProcessHost::make_invoker(const cedar_entry& entry, const Manifest& manifest,
                                                             std::string_view config_json,
                                                             std::shared_ptr<const void> lease,
                                                             std::shared_ptr<const os::Culprit> culprit) {
    return InProcessInvoker::create(impl_->runtime, entry, manifest, config_json, std::move(lease),
                                    std::move(culprit));
}

std::vector<InProcessHost::Hog> InProcessHost::hogs() const {
    return impl_->runtime->hogs();
}

std::vector<InProcessHost::Circuit> InProcessHost::circuits() const {
    return impl_->runtime->circuits();
}

InProcessHost::Usage InProcessHost::usage() const {
    const InProcessRuntime& runtime = *impl_->runtime;
    const auto threads = runtime.threads.usage();
    const auto blocking = runtime.blocking.usage();
    Usage usage;
    usage.component_threads = threads.threads;
    usage.held_threads = threads.held + blocking.held;
    usage.blocking_threads = blocking.threads;
    usage.waiting = runtime.open.waiting();
    usage.running = runtime.open.running();
    usage.fibers = threads.fibers;
    usage.stale = runtime.table.stale;
    usage.dropped_emits = runtime.table.dropped_emits;
    usage.dropped_logs = runtime.table.dropped_logs;
    usage.second_answers = runtime.table.second_answers;
    usage.stuck = runtime.stuck;
    usage.circuit_refusals = runtime.circuit_refusals;
    return usage;
}

// First what runs is told, so that it unwinds; then the threads are, which end when they have nothing left.
bool InProcessHost::stop(std::chrono::milliseconds grace) {
    InProcessRuntime& runtime = *impl_->runtime;
    runtime.stopping = true;
    for (const auto& holder : runtime.table.slots.all()) holder->abandon();
    const auto until = std::chrono::steady_clock::now() + grace;
    const bool threads_ended = runtime.threads.stop(until);
    const bool blocking_ended = runtime.blocking.stop(until);
    const bool chores_ended = runtime.chores.stop(until);
    return threads_ended && blocking_ended && chores_ended;
}

}  // namespace cedar::host::runtime
