#pragma once
// What the sanitizers must be told when a thread changes its stack; nothing in other builds.
#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CEDAR_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define CEDAR_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(CEDAR_ASAN)
#define CEDAR_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(CEDAR_TSAN)
#define CEDAR_TSAN 1
#endif
#ifndef CEDAR_ASAN
#define CEDAR_ASAN 0
#endif
#ifndef CEDAR_TSAN
#define CEDAR_TSAN 0
#endif

#if CEDAR_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if CEDAR_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace cedar::host::runtime {

inline constexpr bool kSanitized = CEDAR_ASAN || CEDAR_TSAN;

// One side of a switch: what AddressSanitizer knows of a stack, ThreadSanitizer of a context. Inlined always: a
// function that is entered on one context and left on another would unbalance ThreadSanitizer's record of calls.
class SanitizerContext {
public:
    // Before the jump to `to`, whose stack is [bottom, bottom + size).
    [[gnu::always_inline]] void leave([[maybe_unused]] SanitizerContext& to, [[maybe_unused]] const void* bottom,
                                      [[maybe_unused]] std::size_t size) {
#if CEDAR_ASAN
        __sanitizer_start_switch_fiber(&fake_stack_, bottom, size);
#endif
#if CEDAR_TSAN
        __tsan_switch_to_fiber(to.tsan_, 0);
#endif
    }
    // After the jump, on the side that was jumped to; says whence it came.
    [[gnu::always_inline]] void arrive([[maybe_unused]] const void** from_bottom,
                                       [[maybe_unused]] std::size_t* from_size) {
#if CEDAR_ASAN
        __sanitizer_finish_switch_fiber(fake_stack_, from_bottom, from_size);
#endif
    }

    void adopt_thread() {
#if CEDAR_TSAN
        tsan_ = __tsan_get_current_fiber();
#endif
    }
    void create() {
#if CEDAR_TSAN
        tsan_ = __tsan_create_fiber(0);
#endif
    }
    void destroy([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t size) {
#if CEDAR_TSAN
        __tsan_destroy_fiber(tsan_);
#endif
#if CEDAR_ASAN
        __asan_unpoison_memory_region(bottom, size);
#endif
    }

private:
    [[maybe_unused]] void* fake_stack_ = nullptr;
    [[maybe_unused]] void* tsan_ = nullptr;
};

}  // namespace cedar::host::runtime
