#include "host/os/stack_search.hpp"

#include <dlfcn.h>
#include <link.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace cedar::host::os {
namespace {

constexpr std::size_t kSearched = 64 * 1024;  // of the stack
constexpr std::size_t kPage = 4096, kHashDigits = 64;

struct Writer {
    FoundCulprit& out;
    std::size_t at = 0;
    void put(char one) {
        if (at + 1 < out.size()) out[at++] = one;
    }
    void put(std::string_view text) {
        for (const char one : text) put(one);
    }
    // What would have to be escaped is left out.
    void put_name(std::string_view text) {
        for (const char one : text) put(one < ' ' || one > '~' || one == '"' || one == '\\' ? '?' : one);
    }
};

bool is_hash(std::string_view text) {
    const auto digit = [](char one) { return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f'); };
    return text.size() == kHashDigits && std::ranges::all_of(text, digit);
}

// A path of the cache says what its content is.
bool name_library(std::string_view path, FoundCulprit& found) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos || slash < kHashDigits) return false;
    const std::string_view sha256 = path.substr(slash - kHashDigits, kHashDigits);
    if (!is_hash(sha256)) return false;
    Writer writer{found};
    writer.put("{\"name\":\"");
    writer.put_name(path.substr(slash + 1));
    writer.put("\",\"sha256\":\"");
    writer.put(sha256);
    writer.put("\",\"place\":\"a thread of its own\"");
    writer.out[writer.at] = '\0';
    return true;
}

// glibc promises that this function may be called from handlers of signals.
bool is_of_library([[maybe_unused]] std::uintptr_t address, [[maybe_unused]] FoundCulprit& found) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 35)
    dl_find_object object{};
    if (::_dl_find_object(reinterpret_cast<void*>(address), &object) != 0) return false;
    const char* const path = object.dlfo_link_map->l_name;
    return path != nullptr && name_library(path, found);
#else
    return false;
#endif
}

// Read by way of the kernel: beyond the end of the stack it says no, where a plain read would fault.
std::size_t read_memory(std::uintptr_t from, void* into, std::size_t size) {
    const iovec here{into, size};
    const iovec there{reinterpret_cast<void*>(from), size};
    const ssize_t got = ::process_vm_readv(::getpid(), &here, 1, &there, 1, 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace

bool find_culprit(const void* instruction, const void* stack, FoundCulprit& found) noexcept {
    if (instruction != nullptr && is_of_library(reinterpret_cast<std::uintptr_t>(instruction), found)) return true;
    if (stack == nullptr) return false;
    std::array<std::uintptr_t, kPage / sizeof(std::uintptr_t)> words{};
    std::uintptr_t at = reinterpret_cast<std::uintptr_t>(stack) & ~std::uintptr_t{sizeof(std::uintptr_t) - 1};
    const std::uintptr_t end = at + kSearched;
    while (at < end) {
        const std::size_t in_page = kPage - at % kPage;  // a page at a time: the next may not be there
        const std::size_t got = read_memory(at, words.data(), in_page) / sizeof(std::uintptr_t);
        for (std::size_t i = 0; i < got; ++i) {
            if (words[i] > kPage && is_of_library(words[i], found)) return true;
        }
        if (got * sizeof(std::uintptr_t) < in_page) return false;
        at += in_page;
    }
    return false;
}

}  // namespace cedar::host::os
