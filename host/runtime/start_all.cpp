#include "host/runtime/start_all.hpp"

#include "host/core/check.hpp"
#include "host/core/component.hpp"
#include "host/core/fetch.hpp"

#include <cstddef>

namespace cedar::host::runtime {
namespace {

// An invoker is asked for so many starts before its own, and what refers to it as many earlier.
constexpr std::size_t kAhead = 8;
// Bytes at the head of an invoker, and of the counts of its owners, which lie before what is made with them.
constexpr std::size_t kInvokerHead = 320, kCounts = 16;

void fetch_with_counts(const void* object, std::size_t bytes) {
    fetch(static_cast<const char*>(object) - kCounts, kCounts + bytes);
}

void fetch_ahead(std::span<const StartInvocation> batch, std::size_t at) {
    if (at + 2 * kAhead < batch.size()) {
        const Component& later = *batch[at + 2 * kAhead].component;
        fetch_with_counts(&later, 0);
        fetch(&later.invoker, sizeof later.invoker);
    }
    if (at + kAhead < batch.size()) fetch_with_counts(batch[at + kAhead].component->invoker.get(), kInvokerHead);
}

}  // namespace

void start_all(std::span<const StartInvocation> batch, const std::shared_ptr<const InvocationScope>& scope,
               const std::shared_ptr<InvocationObserver>& observer) {
    std::size_t first = 0;  // of those that have not started
    for (std::size_t i = 0; i < batch.size(); ++i) {
        fetch_ahead(batch, i);
        Invoker* const invoker = batch[i].component->invoker.get();
        CEDAR_CHECK(invoker != nullptr);
        if (i + 1 < batch.size() && batch[i + 1].component->invoker.get() == invoker) continue;
        invoker->start(batch.subspan(first, i + 1 - first), scope, observer);
        first = i + 1;
    }
}

}  // namespace cedar::host::runtime
