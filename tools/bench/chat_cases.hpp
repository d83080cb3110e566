#pragma once
#include "tools/bench/bench_host.hpp"
#include "tools/bench/statistics.hpp"

#include <cstddef>

namespace cedar::bench {

// The whole way of a run over a real server and a real socket on loopback: milliseconds from before the chat
// message is sent until its terminal event has been read. After each, every event is checked: that none is missing,
// none is there twice, seq has no gap, and all components have a result.
[[nodiscard]] Spread on_chat_socket(BenchHost& host, const char* kind, std::size_t count, int repetitions);

// Milliseconds from before a chat message is sent until its ack has been read, while `count` components of another
// socket's run go on.
[[nodiscard]] Spread ack_on_chat_socket(BenchHost& host, std::size_t count, int repetitions);

}  // namespace cedar::bench
