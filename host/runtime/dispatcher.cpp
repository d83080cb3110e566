#include "host/runtime/dispatcher.hpp"

#include "host/core/check.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/run_driver.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cedar::host::runtime {
namespace {

using DriverPtr = std::shared_ptr<RunDriver>;

// What runs cancelled by drain() get to store their outcome.
constexpr std::chrono::seconds kDrainGrace{3};
constexpr const char* kStopping = "the host is stopping";

}  // namespace

// `mutex_` guards what any thread may ask for; it is never held while a run, a port or an invoker is called. What
// is marked (control) belongs to the control thread.
struct Dispatcher::Impl : std::enable_shared_from_this<Dispatcher::Impl> {
    Impl(ControlThread& control, DispatcherPorts ports, DispatcherOptions options)
        : control_(control), ports_(ports), options_(std::move(options)) {}

    struct Admission {
        std::size_t position = 0;
        std::optional<Error> refused;
    };
    [[nodiscard]] Admission reserve();
    [[nodiscard]] DriverPtr make_driver(std::int64_t project_id, ChatRequest request, const std::string& run_id);
    void hand_over(const DriverPtr& driver, const Admission& admission);
    void accept(const DriverPtr& driver, const Admission& admission);  // (control)
    void admit_next();                                                 // (control)
    void count_running();                                              // (control)
    void on_over(const DriverPtr& driver, bool was_refused);           // (control)
    void cancel_all();

    ControlThread& control_;
    const DispatcherPorts ports_;
    const DispatcherOptions options_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<const Selector> selector_;
    std::unordered_map<std::string, DriverPtr> runs_;
    std::size_t admitted_ = 0;  // running or queued
    bool draining_ = false, cancelling_ = false;

    std::deque<DriverPtr> queue_, running_;  // (control)
    std::size_t running_count_ = 0;          // the same, for load()
};

Dispatcher::Impl::Admission Dispatcher::Impl::reserve() {
    const std::lock_guard lock(mutex_);
    Admission admission;
    admission.position = admitted_ < options_.max_runs ? 0 : admitted_ - options_.max_runs + 1;
    if (draining_) {
        admission.refused = Error{ErrorCode::unavailable, kStopping, {}};
    } else if (admission.position > options_.queue_max) {
        admission.refused = Error{ErrorCode::limit,
                                  "expected at most " + std::to_string(options_.queue_max) +
                                      " waiting runs [queue_max], and so many wait already: try again later",
                                  {}};
    } else {
        ++admitted_;
    }
    // One at position 0 would start at once.
    if (admission.refused) admission.position = std::max<std::size_t>(admission.position, 1);
    return admission;
}

DriverPtr Dispatcher::Impl::make_driver(std::int64_t project_id, ChatRequest request, const std::string& run_id) {
    std::shared_ptr<const Selector> selector;
    {
        const std::lock_guard lock(mutex_);
        selector = selector_;
    }
    auto run = std::make_unique<Run>(Run::Identity{project_id, run_id}, std::move(request), options_.run,
                                     std::move(selector), ports_.ids);
    return std::make_shared<RunDriver>(control_, ports_, std::move(run), project_id);
}

// From here on the run belongs to the control thread. Without one it ends on this thread.
void Dispatcher::Impl::hand_over(const DriverPtr& driver, const Admission& admission) {
    bool cancel = false;
    {
        const std::lock_guard lock(mutex_);
        if (!admission.refused) runs_.emplace(driver->run_id(), driver);
        cancel = cancelling_;
    }
    if (control_.post([self = shared_from_this(), driver, admission] { self->accept(driver, admission); })) {
        if (cancel) control_.post([driver] { driver->cancel(kStopping); });
        return;
    }
    driver->cancel(kStopping);
    if (!admission.refused) on_over(driver, false);
}

void Dispatcher::Impl::accept(const DriverPtr& driver, const Admission& admission) {
    const bool refused = admission.refused.has_value();
    if (!refused) (admission.position == 0 ? running_ : queue_).push_back(driver);
    count_running();
    driver->begin([self = shared_from_this(), weak = std::weak_ptr(driver), refused] {
        self->on_over(weak.lock(), refused);
    });
    if (refused) return driver->refuse(*admission.refused);
    admit_next();
}

void Dispatcher::Impl::count_running() {
    const std::lock_guard lock(mutex_);
    running_count_ = running_.size();
}

void Dispatcher::Impl::admit_next() {
    while (running_.size() < options_.max_runs && !queue_.empty()) {
        const DriverPtr next = std::move(queue_.front());
        queue_.pop_front();
        running_.push_back(next);
        count_running();
        next->admit();
    }
}

void Dispatcher::Impl::on_over(const DriverPtr& driver, bool was_refused) {
    if (was_refused) return;
    std::erase(running_, driver);
    std::erase(queue_, driver);
    {
        const std::lock_guard lock(mutex_);
        running_count_ = running_.size();
        runs_.erase(driver->run_id());
        --admitted_;
        changed_.notify_all();
    }
    // Not from within the run that has just ended.
    control_.post([self = shared_from_this()] { self->admit_next(); });
}

void Dispatcher::Impl::cancel_all() {
    std::vector<DriverPtr> drivers;
    {
        const std::lock_guard lock(mutex_);
        cancelling_ = true;
        for (const auto& [id, driver] : runs_) drivers.push_back(driver);
    }
    for (const auto& driver : drivers) {
        control_.post([driver] { driver->cancel(kStopping); });
    }
}

Dispatcher::Dispatcher(ControlThread& control, DispatcherPorts ports, DispatcherOptions options,
                       RegistryPtr registry)
    : impl_(std::make_shared<Impl>(control, ports, std::move(options))) {
    CEDAR_CHECK(impl_->options_.max_runs > 0);
    set_registry(std::move(registry));
}

Dispatcher::~Dispatcher() {
    drain(std::chrono::milliseconds(0));
}

RunTicket Dispatcher::submit(std::int64_t project_id, ChatRequest request) {
    RunTicket ticket{impl_->ports_.ids.next()};
    const auto admission = impl_->reserve();
    const auto driver = impl_->make_driver(project_id, std::move(request), ticket.run_id);
    driver->submit(admission.position);
    impl_->hand_over(driver, admission);
    return ticket;
}

bool Dispatcher::cancel(std::string_view run_id, std::string reason) {
    DriverPtr driver;
    {
        const std::lock_guard lock(impl_->mutex_);
        const auto found = impl_->runs_.find(std::string(run_id));
        if (found == impl_->runs_.end()) return false;
        driver = found->second;
    }
    return impl_->control_.post([driver, reason = std::move(reason)] { driver->cancel(reason); });
}

void Dispatcher::set_registry(RegistryPtr registry) {
    auto selector = std::make_shared<const Selector>(std::move(registry), impl_->options_.selector);
    const std::lock_guard lock(impl_->mutex_);
    impl_->selector_ = std::move(selector);
}

RegistryPtr Dispatcher::registry() const {
    const std::lock_guard lock(impl_->mutex_);
    return impl_->selector_->registry();
}

Dispatcher::Load Dispatcher::load() const {
    const std::lock_guard lock(impl_->mutex_);
    return {impl_->running_count_, impl_->admitted_ - impl_->running_count_, impl_->draining_};
}

bool Dispatcher::drain(std::chrono::milliseconds limit) {
    CEDAR_CHECK(!impl_->control_.is_current());
    const auto none_left = [this] { return impl_->admitted_ == 0; };
    {
        std::unique_lock lock(impl_->mutex_);
        impl_->draining_ = true;
        if (impl_->changed_.wait_for(lock, limit, none_left)) return true;
    }
    impl_->cancel_all();
    std::unique_lock lock(impl_->mutex_);
    if (!impl_->changed_.wait_for(lock, kDrainGrace, none_left)) {
        const std::string message = std::to_string(impl_->admitted_) + " runs could not be ended in time";
        lock.unlock();
        LogRecord record;
        record.level = LogLevel::error;
        record.stage = "dispatcher";
        record.message = message;
        impl_->ports_.log.write(record);
    }
    return false;
}

}  // namespace cedar::host::runtime
