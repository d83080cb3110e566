#pragma once
#include "host/runtime/host_calls.hpp"

#include <cedar/abi.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace cedar::host::runtime {

// Tokens: which invocation, and which use of its slot. A token never names two invocations, and one that was
// not given out is not to be guessed: generations are scattered over 64 bits. Thread: any.
class SlotTable {
public:
    SlotTable();

    [[nodiscard]] cedar_invocation acquire(std::shared_ptr<HostCalls> holder);
    // Null: it was released, or never given out.
    [[nodiscard]] std::shared_ptr<HostCalls> find(cedar_invocation token) const;
    void release(cedar_invocation token);
    [[nodiscard]] std::vector<std::shared_ptr<HostCalls>> all() const;

private:
    struct Slot {
        std::uint64_t generation = 0;
        std::shared_ptr<HostCalls> holder;
    };
    [[nodiscard]] std::uint64_t next_generation();

    mutable std::mutex mutex_;
    std::vector<Slot> slots_;
    std::vector<std::size_t> free_;
    std::uint64_t state_ = 0;
};

}  // namespace cedar::host::runtime
