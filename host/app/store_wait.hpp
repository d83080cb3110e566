#pragma once
#include "host/ports/store.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace cedar::host::app {

// Calls the store and waits for its answer; for commands, which have nothing else to do. `call` gets the `done` to
// pass on. Error unavailable when the store says nothing for `limit`. Not from the store's thread. Blocking.
template <class T, class Call>
[[nodiscard]] Result<T> wait_for_store(Call call, std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    auto answer = std::make_shared<std::promise<Result<T>>>();
    auto future = answer->get_future();
    call([answer](Result<T> result) { answer->set_value(std::move(result)); });
    if (future.wait_for(limit) != std::future_status::ready) {
        return Error{ErrorCode::unavailable,
                     "the store: expected an answer within " + std::to_string(limit.count()) + " ms, got none",
                     {}};
    }
    return future.get();
}

}  // namespace cedar::host::app
