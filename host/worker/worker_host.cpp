#include "host/worker/worker_host.hpp"

#include "host/worker/fields.hpp"
#include "host/worker/spawner.hpp"
#include "host/worker/worker.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr std::chrono::milliseconds kLook{2};  // between two looks at who is left
constexpr std::chrono::seconds kAfterKill{5};  // a killed process is gone long before
constexpr std::size_t kHelloBytesMax = 64 * 1024;

// Shared by the invokers of one library. Its end may come under any lock, so what follows is left to another
// thread.
class Use {
public:
    explicit Use(std::function<void()> on_end) : on_end_(std::move(on_end)) {}
    ~Use() { on_end_(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

private:
    const std::function<void()> on_end_;
};

class WorkerInvoker final : public Invoker {
public:
    WorkerInvoker(std::shared_ptr<Worker> worker, std::size_t component, std::shared_ptr<const Use> use)
        : worker_(std::move(worker)), component_(component), use_(std::move(use)) {}

    void start(std::span<const StartInvocation> batch, std::shared_ptr<const InvocationScope> scope,
               std::shared_ptr<InvocationObserver> observer) override {
        worker_->start(component_, batch, scope, observer);
    }
    void cancel(const InvocationObserver& observer, std::size_t slot) override { worker_->cancel(observer, slot); }

private:
    const std::shared_ptr<Worker> worker_;
    const std::size_t component_;
    const std::shared_ptr<const Use> use_;
};

}  // namespace

struct WorkerHost::Impl {
    std::shared_ptr<WorkerContext> context;
    mutable std::mutex mutex;
    struct Member {
        std::shared_ptr<Worker> worker;
        std::size_t uses = 0;  // libraries that have invokers; 0: it is retired
    };
    std::vector<Member> members;
    std::map<std::string, std::shared_ptr<Worker>> groups;

    [[nodiscard]] std::pair<std::shared_ptr<Worker>, std::size_t> place(WorkerPlugin plugin);
    [[nodiscard]] std::shared_ptr<Worker> worker_for(const WorkerPlugin& plugin);  // with the mutex held
    void let_go(const std::shared_ptr<Worker>& worker);
    [[nodiscard]] std::vector<std::shared_ptr<Worker>> all(bool with_retired) const {
        const std::lock_guard lock(mutex);
        std::vector<std::shared_ptr<Worker>> out;
        for (const Member& member : members) {
            if (with_retired || member.uses > 0) out.push_back(member.worker);
        }
        return out;
    }
    [[nodiscard]] bool wait_for_ends(std::chrono::milliseconds limit) const;
};

std::shared_ptr<Worker> WorkerHost::Impl::worker_for(const WorkerPlugin& plugin) {
    if (!plugin.group.empty()) {
        const auto found = groups.find(plugin.group);
        if (found != groups.end() && found->second->may_join(plugin)) return found->second;
    }
    const std::string name = plugin.group.empty() ? plugin.file : "group " + plugin.group;
    auto worker = std::make_shared<Worker>(context, name);
    members.push_back({worker, 0});
    if (!plugin.group.empty()) groups[plugin.group] = worker;
    return worker;
}

// The worker, and the index of the plugin's first component there. Retired ones that have ended are forgotten now.
std::pair<std::shared_ptr<Worker>, std::size_t> WorkerHost::Impl::place(WorkerPlugin plugin) {
    const std::lock_guard lock(mutex);
    std::erase_if(members, [](const Member& one) { return one.uses == 0 && !one.worker->has_process(); });
    auto worker = worker_for(plugin);
    ++std::ranges::find(members, worker, &Member::worker)->uses;
    const std::size_t first = worker->add(std::move(plugin));
    return {std::move(worker), first};
}

// On the control thread: the invokers of one of its libraries are gone.
void WorkerHost::Impl::let_go(const std::shared_ptr<Worker>& worker) {
    {
        const std::lock_guard lock(mutex);
        const auto member = std::ranges::find(members, worker, &Member::worker);
        if (--member->uses > 0) return;
        std::erase_if(groups, [&](const auto& group) { return group.second == worker; });
    }
    worker->finish();
    context->control.schedule(context->now() + context->options.grace, [weak = std::weak_ptr(worker)] {
        if (const auto late = weak.lock()) late->kill("was killed because it did not end with its library");
    });
}

bool WorkerHost::Impl::wait_for_ends(std::chrono::milliseconds limit) const {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        bool any = false;
        for (const auto& worker : all(true)) any = any || worker->has_process();
        if (!any) return true;
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(kLook);
    }
}

WorkerHost::WorkerHost(Spawner& spawner, runtime::ControlThread& control, const runtime::ServiceTable& services,
                       Log& log, WorkerOptions options, OnQuarantine on_quarantine, OnEnd on_end)
    : impl_(std::make_shared<Impl>()) {
    impl_->context = std::shared_ptr<WorkerContext>(new WorkerContext{
        spawner, control, services, log, std::move(options), std::move(on_quarantine), std::move(on_end)});
}

WorkerHost::~WorkerHost() {
    stop(std::chrono::seconds(1));
    impl_->context->loop.stop();  // its thread may be the last that knows a worker
}

std::vector<std::shared_ptr<Invoker>> WorkerHost::add(WorkerPlugin plugin) {
    const std::size_t count = plugin.components.size();
    const std::shared_ptr<const void> lease = std::exchange(plugin.lease, {});
    const auto [worker, first] = impl_->place(std::move(plugin));
    const auto use = std::make_shared<const Use>([host = std::weak_ptr(impl_), worker = worker, lease] {
        const auto impl = host.lock();
        if (!impl) return;
        impl->context->control.post([host, worker] {
            if (const auto still = host.lock()) still->let_go(worker);
        });
    });
    std::vector<std::shared_ptr<Invoker>> invokers;
    for (std::size_t i = 0; i < count; ++i) {
        invokers.push_back(std::make_shared<WorkerInvoker>(worker, first + i, use));
    }
    return invokers;
}

std::vector<WorkerHost::Report> WorkerHost::reports() const {
    std::vector<Report> reports;
    for (const auto& worker : impl_->all(false)) reports.push_back(worker->report());
    return reports;
}

void WorkerHost::pardon(const std::string& sha256) {
    for (const auto& worker : impl_->all(false)) worker->pardon(sha256);
}

WorkerHost::Totals WorkerHost::totals() const {
    const WorkerCounts& counts = impl_->context->counts;
    Totals totals{0, counts.starts, counts.crashes, counts.kills, counts.circuit_refusals};
    for (const auto& worker : impl_->all(true)) totals.processes += worker->has_process() ? 1U : 0U;
    return totals;
}

void WorkerHost::stop(std::chrono::milliseconds grace) {
    const auto workers = impl_->all(true);
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
