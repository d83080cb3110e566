#include "host/runtime/fault_handler.hpp"

#include "host/os/crash_note.hpp"
#include "host/os/culprit.hpp"
#include "host/os/stack_search.hpp"
#include "host/runtime/fiber.hpp"
#include "host/runtime/work.hpp"

#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string_view>

namespace cedar::host::runtime {
namespace {

// Most of this file runs in handlers of signals: no allocation, no locks.

struct Handled {
    int signal;
    const char* name;
};
constexpr std::array kHandled{Handled{SIGSEGV, "SIGSEGV"}, Handled{SIGBUS, "SIGBUS"}, Handled{SIGILL, "SIGILL"},
                              Handled{SIGFPE, "SIGFPE"}, Handled{SIGABRT, "SIGABRT"}};
constexpr int kLooksForReport = 200;  // each of 10 ms, at another thread that reports already

std::array<struct sigaction, kHandled.size()> g_before;
std::atomic<pid_t> g_reporter{0};  // the thread whose fault is told; others only end
std::atomic<bool> g_reported{false};

// A short text without allocation; what is beyond is cut.
class Words {
public:
    Words& operator<<(std::string_view text) {
        for (const char one : text) {
            if (size_ + 1 < text_.size()) text_[size_++] = one;
        }
        return *this;
    }
    Words& operator<<(std::size_t value) {
        std::array<char, 24> digits{};
        std::size_t at = digits.size();
        do {
            digits[--at] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        return *this << std::string_view(digits.data() + at, digits.size() - at);
    }
    [[nodiscard]] const char* text() const { return text_.data(); }
    void say() const {
        std::string_view rest(text_.data(), size_);
        while (!rest.empty()) {
            const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
            if (written <= 0) return;
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
    }

private:
    std::array<char, 512> text_{};  // ends with a NUL
    std::size_t size_ = 0;
};

// Where a thread was; null: not known.
struct Moment {
    const void* instruction = nullptr;
    const void* stack = nullptr;
};

Moment moment_of([[maybe_unused]] const ucontext_t& context) {
#if defined(__x86_64__)
    const auto& registers = context.uc_mcontext.gregs;
    return {reinterpret_cast<const void*>(registers[REG_RIP]), reinterpret_cast<const void*>(registers[REG_RSP])};
#elif defined(__aarch64__)
    const auto& machine = context.uc_mcontext;
    return {reinterpret_cast<const void*>(machine.pc), reinterpret_cast<const void*>(machine.sp)};
#else
    return {};
#endif
}

// Whose code this thread runs, as Culprit::text(); null: the host's own, or nobody knows.
const char* culprit_here(const Moment& moment, os::FoundCulprit& found) {
    if (const char* told = os::told_culprit()) return told;
    if (const Work* work = Work::current()) return work->in_host_code() ? nullptr : work->culprit();
    if (os::this_thread_has_told()) return nullptr;
    return os::find_culprit(moment.instruction, moment.stack, found) ? found.data() : nullptr;
}

void leave_note(const char* how, const Moment& moment) {
    if (!os::keeps_crash_notes()) return;
    os::FoundCulprit found{};
    if (const char* culprit = culprit_here(moment, found)) os::write_crash_note(culprit, how);
}

void report(const Handled& handled, const siginfo_t& info, const ucontext_t& context) {
    const Work* const work = Work::current();
    const Fiber* const fiber = Fiber::current();
    const bool overflow =
        handled.signal != SIGABRT && work != nullptr && fiber != nullptr && fiber->stack().guards(info.si_addr);
    leave_note(overflow ? "an overflow of its stack" : handled.name, moment_of(context));
    // Of an abort, whoever aborts has said why.
    if (work == nullptr || handled.signal == SIGABRT) return;
    Words words;
    words << "cedar: component " << std::string_view(work->name());
    if (overflow) {
        words << " overflowed its stack of " << fiber->stack_bytes() / 1024 << " KiB (manifest: stack_kib)\n";
    } else {
        words << " was running when the process faulted\n";
    }
    words.say();
}

// The first thread that faults. Others wait until it has told, since their end would be its end too.
void report_once(const Handled& handled, const siginfo_t& info, const ucontext_t& context) {
    const auto self = static_cast<pid_t>(::syscall(SYS_gettid));
    pid_t none = 0;
    if (g_reporter.compare_exchange_strong(none, self)) {
        report(handled, info, context);
        g_reported = true;
    } else if (none != self) {
        const timespec pause{0, 10'000'000};
        for (int look = 0; look < kLooksForReport && !g_reported; ++look) ::nanosleep(&pause, nullptr);
    }
}

// What was there before us comes next: a fault repeats itself on return, one that was sent is sent again.
extern "C" void cedar_on_fault(int signal, siginfo_t* info, void* context) {
    const int saved = errno;
    const bool sent = info->si_code <= 0;
    const bool by_others = sent && info->si_pid != ::getpid();
    for (std::size_t i = 0; i < kHandled.size(); ++i) {
        if (kHandled[i].signal != signal) continue;
        if (!by_others) report_once(kHandled[i], *info, *static_cast<const ucontext_t*>(context));
        ::sigaction(signal, &g_before[i], nullptr);
    }
    if (sent) ::syscall(SYS_tgkill, ::getpid(), ::syscall(SYS_gettid), signal);
    errno = saved;
}

// `exit` runs these on the thread that called it.
void on_exit() {
    pid_t none = 0;
    if (!g_reporter.compare_exchange_strong(none, static_cast<pid_t>(::syscall(SYS_gettid)))) return;
    leave_note("exit()", {nullptr, __builtin_frame_address(0)});
    g_reported = true;
}

}  // namespace

void install_fault_handler() {
    if constexpr (kSanitized) return;
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action {};
        action.sa_sigaction = cedar_on_fault;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        for (std::size_t i = 0; i < kHandled.size(); ++i) ::sigaction(kHandled[i].signal, &action, &g_before[i]);
        std::atexit(on_exit);
        std::at_quick_exit(on_exit);
    });
}

AlternateSignalStack::AlternateSignalStack() {
    os::this_thread_tells();
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
