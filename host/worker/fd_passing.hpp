#pragma once
#include "host/worker/descriptor.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cedar::host::worker {

// Between spawner and template, over a SOCK_SEQPACKET socket: a number, and descriptors.
inline constexpr std::size_t kMaxPassed = 2;
struct Packet {
    std::int64_t number = 0;
    std::array<Descriptor, kMaxPassed> descriptors;
};

// False: the peer is gone or the system refuses. Blocking.
[[nodiscard]] bool send_packet(int socket, std::int64_t number, std::span<const int> descriptors);
[[nodiscard]] bool receive_packet(int socket, Packet& packet);

}  // namespace cedar::host::worker
