#pragma once
#include "host/ports/ids.hpp"

#include <array>
#include <cstddef>
#include <mutex>

namespace cedar::host::runtime {

// Identifiers from the kernel's random source, drawn in blocks: a run of a thousand components needs
// two thousand of them, and a system call each would be seen. Thread: any.
class RandomIds final : public IdSource {
public:
    [[nodiscard]] std::string next() override;

private:
    static constexpr std::size_t kIdBytes = 16;
    std::mutex mutex_;
    std::array<unsigned char, 256 * kIdBytes> block_{};
    std::size_t used_ = sizeof(block_);
};

}  // namespace cedar::host::runtime
