#include "host/runtime/service_table.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"
#include "host/runtime/block_pool.hpp"

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
class OnceDone {
public:
    // The observer, if there is one, outlives the call.
    OnceDone(const Service& service, const ServiceTable::Observer* observer, Service::Done done)
        : observer_(observer), done_(std::move(done)) {
        if (observer_ == nullptr) return;
        service_ = service.name();  // it may be on its way out when it replies
        begun_ = std::chrono::steady_clock::now();
    }

    void operator()(ServiceReply&& reply) {
        if (called_.exchange(true)) return;
        if (observer_ != nullptr) {
            const auto took = std::chrono::steady_clock::now() - begun_;
            (*observer_)(service_, reply.status, std::chrono::duration_cast<std::chrono::microseconds>(took));
        }
        done_(std::move(reply));
    }

private:
    std::string service_;
    const ServiceTable::Observer* const observer_;
    SteadyTime begun_{};
    std::atomic<bool> called_{false};
    Service::Done done_;
};

Service::Cancel call_guarded(Service& service, ServiceCall call, const std::shared_ptr<OnceDone>& once) {
    std::string what;
    try {
        return service.call(std::move(call), [once](ServiceReply&& reply) { (*once)(std::move(reply)); });
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
    const std::lock_guard lock(mutex_);
    auto table = tables_.empty() ? std::make_unique<Services>() : std::make_unique<Services>(*tables_.back());
    const bool added = table->emplace(std::move(name), std::move(service)).second;
    CEDAR_CHECK(added);
    services_ = table.get();
    tables_.push_back(std::move(table));
}

Service::Cancel ServiceTable::call(const Manifest& caller, std::string_view service, ServiceCall call,
                                   Service::Done done) const {
    std::string denial;
    if (std::ranges::find(caller.needs, service) == caller.needs.end()) {
        denial = caller.id + " does not list " + std::string(service) + " in its needs";
    } else if (policy_) {
        denial = policy_(caller, service);
    }
    if (!denial.empty()) {
        if (call.emit) call.emit(EmitKind::progress, "{\"text\":" + json_string("denied: " + denial) + "}");
        done(failure(CEDAR_DENIED, "denied", denial));
        return {};
    }
    Service* const found = find(service);
    if (found == nullptr) {
        done(failure(CEDAR_UNSUPPORTED, "unsupported", "this host has no service " + std::string(service)));
        return {};
    }
    const Observer* const observer = observer_ ? &observer_ : nullptr;
    return call_guarded(*found, std::move(call), make_pooled<OnceDone>(*found, observer, std::move(done)));
}

void ServiceTable::observe(Observer observer) {
    observer_ = std::move(observer);
}

bool ServiceTable::has(std::string_view service) const {
    return find(service) != nullptr;
}

std::vector<std::string> ServiceTable::names() const {
    std::vector<std::string> names;
    const Services* const services = services_;
    if (services == nullptr) return names;
    names.reserve(services->size());
    for (const auto& [name, service] : *services) names.push_back(name);
    return names;
}

Service* ServiceTable::find(std::string_view name) const {
    const Services* const services = services_;
    if (services == nullptr) return nullptr;
    const auto found = services->find(name);
    return found == services->end() ? nullptr : found->second.get();
}

}  // namespace cedar::host::runtime
