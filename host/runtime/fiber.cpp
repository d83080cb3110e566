#include "host/runtime/fiber.hpp"

#include "host/core/check.hpp"

#include <cxxabi.h>
#include <atomic>
#include <boost/context/detail/fcontext.hpp>
#include <utility>

namespace cedar::host::runtime {
namespace {

namespace context = boost::context::detail;

thread_local Fiber* t_current = nullptr;

constexpr std::size_t kSteps = 12, kStep = 256;

// Stacks begin on pages. If what they hold first lay at the same place of each page, thousands of them would fight
// for a few lines of the processor's caches.
std::size_t next_shift() {
    static std::atomic<std::size_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) % kSteps * kStep;
}

}  // namespace

// The C++ runtime keeps the exceptions being handled in two thread-local words, and knows nothing of fibers.
// Source: Itanium C++ ABI, 2.2.2 "Caught Exception Stack": __cxa_eh_globals.
struct Fiber::Entry {
    static ExceptionGlobals exchange(const ExceptionGlobals& in) {
        auto* globals = reinterpret_cast<ExceptionGlobals*>(abi::__cxa_get_globals());
        return std::exchange(*globals, in);
    }
    static void run(context::transfer_t from) {
        auto* self = static_cast<Fiber*>(from.data);
        self->context_ = from.fctx;
        self->loop();
    }
};

std::unique_ptr<Fiber> Fiber::create(std::size_t stack_bytes) {
    auto stack = GuardedStack::allocate(stack_bytes + kSteps * kStep);
    if (!stack) return nullptr;
    return std::make_unique<Fiber>(Key{}, std::move(*stack), stack_bytes);
}

Fiber::Fiber(Key, GuardedStack stack, std::size_t stack_bytes)
    : stack_(std::move(stack)), stack_bytes_(stack_bytes) {
    const std::size_t below = next_shift();
    context_ = context::make_fcontext(stack_.top() - below, stack_.size() - below, &Entry::run);
    inside_.create();
}

Fiber::~Fiber() {
    CEDAR_CHECK(idle_);
    inside_.destroy(stack_.bottom(), stack_.size());
}

bool Fiber::start(Job job, void* argument) {
    CEDAR_CHECK(idle_);
    job_ = job;
    argument_ = argument;
    idle_ = false;
    return switch_in();
}

bool Fiber::resume() {
    CEDAR_CHECK(!idle_);
    return switch_in();
}

bool Fiber::switch_in() {
    CEDAR_CHECK(t_current == nullptr);
    t_current = this;
    outside_.adopt_thread();
    const ExceptionGlobals of_thread = Entry::exchange(exceptions_);
    outside_.leave(inside_, stack_.bottom(), stack_.size());
    context_ = context::jump_fcontext(context_, this).fctx;
    outside_.arrive(nullptr, nullptr);
    exceptions_ = Entry::exchange(of_thread);
    t_current = nullptr;
    return idle_;
}

void Fiber::switch_out() {
    inside_.leave(outside_, thread_bottom_, thread_size_);
    context_ = context::jump_fcontext(context_, nullptr).fctx;
    inside_.arrive(&thread_bottom_, &thread_size_);
}

void Fiber::suspend() {
    CEDAR_CHECK(t_current == this);
    switch_out();
}

void Fiber::loop() {
    inside_.arrive(&thread_bottom_, &thread_size_);
    for (;;) {
        job_(argument_);
        idle_ = true;
        switch_out();
    }
}

Fiber* Fiber::current() {
    return t_current;
}

}  // namespace cedar::host::runtime
