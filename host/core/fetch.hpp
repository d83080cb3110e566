#pragma once
#include <cstddef>

namespace cedar::host {

// Asks for memory before it is needed: of thousands that wait nothing is in the caches any more, and what is asked
// for together is waited for once. Nothing is read; `at` may be anything. Thread: any.
inline void fetch(const void* at, std::size_t bytes) {
    constexpr std::size_t kLine = 64;
    for (std::size_t offset = 0; offset < bytes; offset += kLine)
        __builtin_prefetch(static_cast<const char*>(at) + offset, 1);
}

}  // namespace cedar::host
