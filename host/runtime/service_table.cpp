#include "host/runtime/service_table.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"

#include <cedar/abi.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace cedar::host::runtime {
namespace {

ServiceReply failure(std::int32_t status, std::string_view code, const std::string& message) {
    ServiceReply reply;
    reply.status = status;
    reply.body = "{\"code\":" + json_string(code) + ",\"message\":" + json_string(message) + "}";
    return reply;
}

// A service that answers and then throws has answered.
struct OnceDone {
    explicit OnceDone(Service::Done done) : done_(std::move(done)) {}

    void operator()(ServiceReply reply) {
        if (!called_.exchange(true)) done_(std::move(reply));
    }

private:
    std::atomic<bool> called_{false};
    Service::Done done_;
};

Service::Cancel call_guarded(Service& service, ServiceCall call, Service::Done done) {
    const auto once = std::make_shared<OnceDone>(std::move(done));
    std::string what;
    try {
        return service.call(std::move(call), [once](ServiceReply reply) { (*once)(std::move(reply)); });
    } catch (const std::exception& error) {
        what = error.what();
    } catch (...) {
        what = "an exception of no known type";
    }
    (*once)(failure(CEDAR_INTERNAL, "internal", "service " + std::string(service.name()) + " failed: " + what));
    return {};
}

}  // namespace

void ServiceTable::add(std::shared_ptr<Service> service) {
    std::string name(service->name());
    const std::unique_lock lock(mutex_);
    const bool added = services_.emplace(std::move(name), std::move(service)).second;
    CEDAR_CHECK(added);
}

Service::Cancel ServiceTable::call(const Manifest& caller, std::string_view service, ServiceCall call,
                                   Service::Done done) const {
    const std::string name(service);
    std::string denial;
    if (std::ranges::find(caller.needs, name) == caller.needs.end()) {
        denial = caller.id + " does not list " + name + " in its needs";
    } else if (policy_) {
        denial = policy_(caller, service);
    }
    if (!denial.empty()) {
        if (call.emit) call.emit(EmitKind::progress, "{\"text\":" + json_string("denied: " + denial) + "}");
        done(failure(CEDAR_DENIED, "denied", denial));
        return {};
    }
    const auto found = find(name);
    if (!found) {
        done(failure(CEDAR_UNSUPPORTED, "unsupported", "this host has no service " + name));
        return {};
    }
    if (observer_) {
        done = [this, name, start = std::chrono::steady_clock::now(), done = std::move(done)](ServiceReply reply) {
            const auto took = std::chrono::steady_clock::now() - start;
            observer_(name, reply.status, std::chrono::duration_cast<std::chrono::microseconds>(took));
            done(std::move(reply));
        };
    }
    return call_guarded(*found, std::move(call), std::move(done));
}

void ServiceTable::observe(Observer observer) {
    observer_ = std::move(observer);
}

bool ServiceTable::has(std::string_view service) const {
    return find(service) != nullptr;
}

std::vector<std::string> ServiceTable::names() const {
    std::vector<std::string> names;
    const std::shared_lock lock(mutex_);
    names.reserve(services_.size());
    for (const auto& [name, service] : services_) names.push_back(name);
    return names;
}

std::shared_ptr<Service> ServiceTable::find(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    const auto found = services_.find(name);
    return found == services_.end() ? nullptr : found->second;
}

}  // namespace cedar::host::runtime
