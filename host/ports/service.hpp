#pragma once
#include "host/core/component_result.hpp"
#include "host/core/now.hpp"
#include "host/core/small_function.hpp"
#include "host/ports/invoker.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cedar::host {

struct ServiceCall {
    std::string_view component;  // who asks; valid until call() returns
    std::string body;            // JSON as the component wrote it, unchecked
    SteadyTime deadline{};
    std::shared_ptr<const InvocationScope> scope;
    // Passes something on to the watchers while the call goes on, as the component's own `emit` would. May be
    // empty. Any thread; after the invocation's end it does nothing.
    SmallFunction<void(EmitKind, std::string)> emit = nullptr;
};

struct ServiceReply {
    std::int32_t status = 0;   // cedar_status
    std::string body;          // reply, or {"code","message","detail","retryable"}
    std::string debug_prompt;  // prompt.render: the messages, shown as the component's debug prompt
    std::string prompt_hash;
    ModelUse model;  // llm.chat: what the call cost, failed ones too
};

// A service that a component may ask for by name. Thread: any.
class Service {
public:
    using Done = SmallFunction<void(ServiceReply)>;
    // Stops the work behind a call; `done` is still called, once. May be empty. Called at most once, from any
    // thread.
    using Cancel = SmallFunction<void()>;

    virtual ~Service() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;  // "store.search"
    // Returns at once. Calls `done` exactly once, from any thread, possibly before it returns.
    [[nodiscard]] virtual Cancel call(ServiceCall call, Done done) = 0;
};

}  // namespace cedar::host
