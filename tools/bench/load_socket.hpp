#pragma once
#include <cstdint>
#include <string_view>

namespace cedar::bench {

// The server and Redis have one processor, the load another, where there are two.
inline constexpr unsigned kServerProcessor = 0, kLoadProcessor = 1;

// Keeps the calling thread, and those it starts from now on, on one processor.
void stay_on(unsigned processor);
// As many open files as the system allows, for this process and those it starts.
void allow_descriptors();

[[noreturn]] void die(const char* what);

// A blocking connection over loopback; ends the program with a message when that fails. `receive_bytes`: of the
// kernel's buffer; 0: as it likes.
[[nodiscard]] int connected(std::uint16_t port, int receive_bytes = 0);
void send_all(int socket, std::string_view octets);

// Octets of /proc/<process>/status' VmRSS in KiB.
[[nodiscard]] double resident_kib(int process);

}  // namespace cedar::bench
