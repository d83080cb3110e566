#include "host/runtime/guarded_stack.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace cedar::host::runtime {
namespace {

std::size_t round_to_pages(std::size_t bytes) {
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return (bytes + page - 1) / page * page;
}

}  // namespace

std::optional<GuardedStack> GuardedStack::allocate(std::size_t bytes) {
    const std::size_t size = round_to_pages(bytes);
    void* base = ::mmap(nullptr, kGuardBytes + size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (base == MAP_FAILED) return std::nullopt;
    if (::mprotect(base, kGuardBytes, PROT_NONE) != 0) {
        ::munmap(base, kGuardBytes + size);
        return std::nullopt;
    }
    return GuardedStack(static_cast<std::byte*>(base), size);
}

GuardedStack::~GuardedStack() {
    if (base_ != nullptr) ::munmap(base_, kGuardBytes + size_);
}

bool GuardedStack::guards(const void* address) const {
    const auto* at = static_cast<const std::byte*>(address);
    return at >= base_ && at < bottom();
}

void GuardedStack::trim(std::size_t keep) const {
    if (keep < size_) ::madvise(bottom(), size_ - round_to_pages(keep), MADV_DONTNEED);
}

}  // namespace cedar::host::runtime
