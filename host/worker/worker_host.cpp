#include "host/worker/worker_host.hpp"

#include "host/worker/fields.hpp"
#include "host/worker/spawner.hpp"
#include "host/worker/worker.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr std::chrono::milliseconds kLook{2};  // between two looks at who is left
constexpr std::chrono::seconds kAfterKill{5};  // a killed process is gone long before
constexpr std::size_t kHelloBytesMax = 64 * 1024;

class WorkerInvoker final : public Invoker {
public:
    WorkerInvoker(std::shared_ptr<Worker> worker, std::size_t component)
        : worker_(std::move(worker)), component_(component) {}

    void start(std::span<const StartInvocation> batch, std::shared_ptr<const InvocationScope> scope,
               std::shared_ptr<InvocationObserver> observer) override {
        worker_->start(component_, batch, scope, observer);
    }
    void cancel(const InvocationObserver& observer, std::size_t slot) override { worker_->cancel(observer, slot); }

private:
    const std::shared_ptr<Worker> worker_;
    const std::size_t component_;
};

}  // namespace

struct WorkerHost::Impl {
    std::shared_ptr<WorkerContext> context;
    mutable std::mutex mutex;
    std::vector<std::shared_ptr<Worker>> workers;
    std::map<std::string, std::shared_ptr<Worker>> groups;

    [[nodiscard]] std::shared_ptr<Worker> worker_for(const WorkerPlugin& plugin);
    [[nodiscard]] std::vector<std::shared_ptr<Worker>> all() const {
        const std::lock_guard lock(mutex);
        return workers;
    }
    [[nodiscard]] bool wait_for_ends(std::chrono::milliseconds limit) const;
};

std::shared_ptr<Worker> WorkerHost::Impl::worker_for(const WorkerPlugin& plugin) {
    const std::lock_guard lock(mutex);
    const std::string name = plugin.group.empty() ? plugin.file : "group " + plugin.group;
    if (plugin.group.empty()) return workers.emplace_back(std::make_shared<Worker>(context, name));
    auto& worker = groups[plugin.group];
    if (!worker) worker = workers.emplace_back(std::make_shared<Worker>(context, name));
    return worker;
}

bool WorkerHost::Impl::wait_for_ends(std::chrono::milliseconds limit) const {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        bool any = false;
        for (const auto& worker : all()) any = any || worker->has_process();
        if (!any) return true;
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(kLook);
    }
}

WorkerHost::WorkerHost(Spawner& spawner, runtime::ControlThread& control, const runtime::ServiceTable& services,
                       Log& log, WorkerOptions options, OnQuarantine on_quarantine)
    : impl_(std::make_shared<Impl>()) {
    impl_->context = std::shared_ptr<WorkerContext>(
        new WorkerContext{spawner, control, services, log, std::move(options), std::move(on_quarantine)});
}

WorkerHost::~WorkerHost() {
    stop(std::chrono::seconds(1));
    impl_->context->loop.stop();  // its thread may be the last that knows a worker
}

std::vector<std::shared_ptr<Invoker>> WorkerHost::add(WorkerPlugin plugin) {
    const auto worker = impl_->worker_for(plugin);
    const std::size_t count = plugin.components.size();
    const std::size_t first = worker->add(std::move(plugin));
    std::vector<std::shared_ptr<Invoker>> invokers;
    for (std::size_t i = 0; i < count; ++i) invokers.push_back(std::make_shared<WorkerInvoker>(worker, first + i));
    return invokers;
}

std::vector<WorkerHost::Report> WorkerHost::reports() const {
    std::vector<Report> reports;
    for (const auto& worker : impl_->all()) reports.push_back(worker->report());
    return reports;
}

void WorkerHost::stop(std::chrono::milliseconds grace) {
    const auto workers = impl_->all();
    for (const auto& worker : workers) worker->finish();
    if (impl_->wait_for_ends(grace)) return;
    for (const auto& worker : workers) worker->kill("was killed because it did not end with its host");
    static_cast<void>(impl_->wait_for_ends(kAfterKill));
}

Result<HelloMessage> try_sandbox(Spawner& spawner, const WorkerOptions& options) {
    auto made = spawner.start();
    if (!made) return made.error();
    StartMessage start;
    start.probes = true;
    start.host_pid = ::getpid();
    start.memory_bytes = options.memory_bytes;
    start.file_bytes = options.file_bytes;
    start.descriptors_max = options.descriptors_max;
    const std::string frame = encode(FrameType::start, 0, start);
    HelloMessage hello;
    FrameBuffer received(kHelloBytesMax);
    if (::send(made->socket.get(), frame.data(), frame.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(frame.size())) {
        while (received.fill(made->socket.get(), true) == FrameBuffer::Filled::some) {
            const auto answer = received.next();
            if (answer && answer->type == FrameType::hello && decode(answer->body, hello)) return hello;
            if (!received.broken().empty()) break;
        }
    }
    made->process.kill();
    const auto end = made->process.reap(true);
    return Error{
        ErrorCode::unavailable, "a worker could not be tried: it " + (end ? to_words(*end) : "is gone"), {}};
}

}  // namespace cedar::host::worker
