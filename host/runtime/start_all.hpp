#pragma once
#include "host/core/run.hpp"
#include "host/ports/invoker.hpp"

#include <memory>
#include <span>

namespace cedar::host::runtime {

// Starts all of them in their order, those that follow each other on one invoker by one call. Each has a component
// with an invoker. Of thousands nothing is in the caches, so what a start touches is asked for some starts before.
// Thread: any.
void start_all(std::span<const StartInvocation> batch, const std::shared_ptr<const InvocationScope>& scope,
               const std::shared_ptr<InvocationObserver>& observer);

}  // namespace cedar::host::runtime
