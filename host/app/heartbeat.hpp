#pragma once
#include "host/runtime/control_thread.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace cedar::host::app {

// Calls `beat` again and again as long as sockets and runs are both served: each time an I/O thread has asked the
// control thread and got its answer. Ends when `io` does. `control` outlives `io`'s last handler.
// Thread: any; `beat` runs on an I/O thread.
void start_heartbeat(boost::asio::io_context& io, runtime::ControlThread& control, std::chrono::microseconds period,
                     std::function<void()> beat);

}  // namespace cedar::host::app
