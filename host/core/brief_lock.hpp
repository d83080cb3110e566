#pragma once
#include <mutex>

namespace cedar::host {

// Locks a mutex that is only ever held for a moment: looks a few times before it sleeps, since to be woken costs
// many times what the holder still needs. Thread: any.
[[nodiscard]] inline std::unique_lock<std::mutex> brief_lock(std::mutex& mutex) {
    constexpr int kLooks = 40;
    for (int look = 0; look < kLooks; ++look) {
        if (mutex.try_lock()) return {mutex, std::adopt_lock};
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    return std::unique_lock(mutex);
}

}  // namespace cedar::host
