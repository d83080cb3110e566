#include "host/runtime/random_ids.hpp"

#include "host/core/check.hpp"

#include <sys/random.h>
#include <algorithm>
#include <cerrno>
#include <span>

namespace cedar::host::runtime {
namespace {

void fill_random(std::span<unsigned char> out) {
    while (!out.empty()) {
        const ssize_t got = ::getrandom(out.data(), out.size(), 0);
        CEDAR_CHECK(got > 0 || errno == EINTR);  // a kernel without getrandom is not supported
        if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
    }
}

std::string to_hex(std::span<const unsigned char> bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text(bytes.size() * 2, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text[2 * i] = kDigits[bytes[i] >> 4];
        text[2 * i + 1] = kDigits[bytes[i] & 15];
    }
    return text;
}

}  // namespace

std::string RandomIds::next() {
    std::array<unsigned char, kIdBytes> id{};
    const std::lock_guard lock(mutex_);
    do {
        if (used_ == block_.size()) {
            fill_random(block_);
            used_ = 0;
        }
        std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(used_), kIdBytes, id.begin());
        used_ += kIdBytes;
    } while (std::ranges::all_of(id, [](unsigned char byte) { return byte == 0; }));
    return to_hex(id);
}

}  // namespace cedar::host::runtime
