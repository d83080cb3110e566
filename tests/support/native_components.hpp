#pragma once
#include <cedar/abi.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace cedar::host {

// What a component of a test does; runs behind the real C boundary, without a library file.
struct NativeComponent {
    std::function<cedar_status(cedar_invocation, const cedar_request&)> invoke;
    std::function<void(cedar_invocation)> cancel;  // with cancellable_entry() only
    std::function<cedar_status(const cedar_host*, cedar_invocation, std::string_view config)> create;
    std::atomic<int> destroyed{0};
    std::shared_ptr<NativeComponent> self;  // while created
};

// The components by id that the entries below create. Thread: any.
class NativeComponents {
public:
    static NativeComponents& all() {
        static NativeComponents instance;
        return instance;
    }
    std::shared_ptr<NativeComponent> add(const std::string& id, std::shared_ptr<NativeComponent> component) {
        const std::lock_guard lock(mutex_);
        return by_id_[id] = std::move(component);
    }
    std::shared_ptr<NativeComponent> find(std::string_view id) {
        const std::lock_guard lock(mutex_);
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : found->second;
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<NativeComponent>, std::less<>> by_id_;
};

namespace native {

inline cedar_status init(const cedar_host*) {
    return CEDAR_OK;
}
inline void deinit() {}
inline cedar_status create(const cedar_host* host, cedar_invocation scope, cedar_view id, cedar_view config,
                           void** instance) {
    auto component = NativeComponents::all().find({id.data, id.size});
    if (!component) return CEDAR_NOT_FOUND;
    if (component->create) {
        const cedar_status status = component->create(host, scope, {config.data, config.size});
        if (status != CEDAR_OK) return status;
    }
    *instance = component.get();
    component->self = component;  // until destroy()
    return CEDAR_OK;
}
inline NativeComponent& of(void* instance) {
    return *static_cast<NativeComponent*>(instance);
}
inline void destroy(void* instance) {
    const auto last = std::move(of(instance).self);
    ++last->destroyed;
}
inline cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    return of(instance).invoke(invocation, *request);
}
inline void cancel(void* instance, cedar_invocation invocation) {
    of(instance).cancel(invocation);
}

}  // namespace native

inline cedar_entry native_entry() {
    return {CEDAR_ENTRY_MAGIC, sizeof(cedar_entry), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR, 0,      native::init,
            native::deinit,    native::create,      native::destroy, native::invoke,  nullptr};
}
inline cedar_entry cancellable_entry() {
    cedar_entry entry = native_entry();
    entry.cancel = native::cancel;
    return entry;
}

}  // namespace cedar::host
