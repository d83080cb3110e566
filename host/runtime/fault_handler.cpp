#include "host/runtime/fault_handler.hpp"

#include "host/runtime/fiber.hpp"
#include "host/runtime/work.hpp"

#include <unistd.h>
#include <array>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string_view>

namespace cedar::host::runtime {
namespace {

struct sigaction g_before_segv, g_before_bus;

// Only what is allowed in a signal handler: no allocation, no locks.
void say(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void say_number(std::size_t value) {
    std::array<char, 24> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    say({digits.data() + at, digits.size() - at});
}

void describe(const Work& work, const Fiber* fiber, const void* address) {
    say("cedar: component ");
    say({work.name(), std::strlen(work.name())});
    if (fiber != nullptr && fiber->stack().guards(address)) {
        say(" overflowed its stack of ");
        say_number(fiber->stack_bytes() / 1024);
        say(" KiB (manifest: stack_kib)\n");
    } else {
        say(" was running when the process faulted\n");
    }
}

void on_fault(int signal, siginfo_t* info, void*) {
    if (const Work* work = Work::current()) describe(*work, Fiber::current(), info->si_addr);
    // The faulting instruction runs again on return, and meets whatever was there before us.
    ::sigaction(signal, signal == SIGSEGV ? &g_before_segv : &g_before_bus, nullptr);
}

}  // namespace

void install_fault_handler() {
    if constexpr (kSanitized) return;
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action {};
        action.sa_sigaction = on_fault;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        ::sigaction(SIGSEGV, &action, &g_before_segv);
        ::sigaction(SIGBUS, &action, &g_before_bus);
    });
}

AlternateSignalStack::AlternateSignalStack() {
    if constexpr (kSanitized) return;
    memory_ = std::make_unique<std::byte[]>(kBytes);
    stack_t stack{};
    stack.ss_sp = memory_.get();
    stack.ss_size = kBytes;
    ::sigaltstack(&stack, nullptr);
}

AlternateSignalStack::~AlternateSignalStack() {
    if (!memory_) return;
    stack_t stack{};
    stack.ss_flags = SS_DISABLE;
    ::sigaltstack(&stack, nullptr);
}

}  // namespace cedar::host::runtime
