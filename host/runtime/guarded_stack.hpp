#pragma once
#include <cstddef>
#include <optional>
#include <utility>

namespace cedar::host::runtime {

// Memory for one fiber's stack, with an inaccessible guard below it: an overflow faults instead of
// writing into another component. Only touched pages cost memory. Thread: any, one at a time.
class GuardedStack {
public:
    // Room for frames that skip a page without touching it.
    static constexpr std::size_t kGuardBytes = 64 * 1024;

    // `bytes` is rounded up to pages. Nothing when the system has no more memory or mappings.
    [[nodiscard]] static std::optional<GuardedStack> allocate(std::size_t bytes);

    GuardedStack(GuardedStack&& other) noexcept
        : base_(std::exchange(other.base_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    GuardedStack& operator=(GuardedStack&&) = delete;
    ~GuardedStack();

    [[nodiscard]] std::byte* bottom() const { return base_ + kGuardBytes; }  // lowest usable address
    [[nodiscard]] std::byte* top() const { return bottom() + size_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool guards(const void* address) const;

    // Gives touched pages back to the system, all but the topmost `keep` bytes. Nothing may run on it.
    void trim(std::size_t keep) const;

private:
    GuardedStack(std::byte* base, std::size_t size) : base_(base), size_(size) {}
    std::byte* base_;
    std::size_t size_;
};

}  // namespace cedar::host::runtime
