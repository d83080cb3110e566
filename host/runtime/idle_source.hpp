#pragma once
#include <chrono>

namespace cedar::host::runtime {

// What a component thread does instead of sleeping: it waits for work from outside, such as a socket, and takes it
// in itself. So a message that comes while nothing runs costs one wake, not two. One thread at a time has it.
class IdleSource {
public:
    virtual ~IdleSource() = default;
    // Waits for something, for an interrupt(), or for `limit`, and takes in what came: it may submit and wake work.
    // Returns without waiting when an interrupt() came since the last return. False: `limit` passed. Must not
    // throw.
    [[nodiscard]] virtual bool wait(std::chrono::milliseconds limit) = 0;
    // Makes a wait() return, also one that begins later. Thread: any.
    virtual void interrupt() = 0;
};

}  // namespace cedar::host::runtime
