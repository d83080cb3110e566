#pragma once
#include "host/core/error.hpp"
#include "host/worker/child_process.hpp"
#include "host/worker/descriptor.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace cedar::host::worker {

// A process that waits for its StartMessage.
struct Spawned {
    ChildProcess process;
    Descriptor socket;  // stream; non-blocking on neither side
    Descriptor output;  // what it writes to standard output and error; non-blocking
};

// Starts worker processes: children of this process, each in a group of its own, with the parent-death signal set,
// nothing but their socket and a pipe open, and an environment of a few harmless variables. They are forked from a
// template, a single-threaded process of the same program that has done nothing else, so that a start costs a
// fraction of a millisecond; in builds with sanitizers, whose run-time threads do not survive that, they are
// started one by one. A template that is gone is made again. Thread: any. Lock discipline: its queue's only.
class Spawner {
public:
    // `program`: executable whose `run_worker_process` is called for the argument "worker"; usually this one.
    explicit Spawner(std::filesystem::path program);
    // Ends the template and what was started: the parent-death signal is of its thread. What was asked for and not
    // started fails.
    ~Spawner();
    Spawner(const Spawner&) = delete;
    Spawner& operator=(const Spawner&) = delete;

    using Done = std::function<void(Result<Spawned>)>;
    // Returns at once; `done` is called once, on the spawner's thread or, after the end, on this one. Error
    // unavailable: the system gives no process.
    void start(Done done);
    // The same, waited for.
    [[nodiscard]] Result<Spawned> start();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::worker
