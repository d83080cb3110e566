#pragma once
#include "host/core/manifest.hpp"
#include "host/ports/service.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::runtime {

// Named services that a component may request, each behind a capability: a component gets only what its manifest
// lists under `needs` and the operator does not forbid. A denial is told to the watchers of the run. Thread: any.
class ServiceTable {
public:
    // Two services of one name are a programmer's mistake.
    void add(std::shared_ptr<Service> service);

    // Passes the call to the service, or replies at once: CEDAR_DENIED when `caller` does not list it,
    // CEDAR_UNSUPPORTED when there is no such service. An exception of the service becomes CEDAR_INTERNAL.
    // `done` is called exactly once, from any thread, possibly before this returns.
    [[nodiscard]] Service::Cancel call(const Manifest& caller, std::string_view service, ServiceCall call,
                                       Service::Done done) const;

    // Asked of every call that `needs` allows: why it is denied all the same, or empty. Set it before any call.
    using Policy = std::function<std::string(const Manifest& caller, std::string_view service)>;
    void set_policy(Policy policy) { policy_ = std::move(policy); }
    // Told of every call that reached a service, when it is answered; on the thread that answers. Set once, before
    // the first call.
    using Observer =
        std::function<void(std::string_view service, std::int32_t status, std::chrono::microseconds took)>;
    void observe(Observer observer);

    [[nodiscard]] bool has(std::string_view service) const;
    [[nodiscard]] std::vector<std::string> names() const;  // sorted

private:
    using Services = std::map<std::string, std::shared_ptr<Service>, std::less<>>;
    [[nodiscard]] Service* find(std::string_view name) const;

    Policy policy_;
    Observer observer_;
    std::mutex mutex_;  // of those who add
    // Every table that there was: they are few, and who looks something up takes no lock.
    std::vector<std::unique_ptr<const Services>> tables_;
    std::atomic<const Services*> services_{nullptr};  // the newest, or null
};

}  // namespace cedar::host::runtime
