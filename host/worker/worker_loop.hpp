#pragma once
#include <cstdint>
#include <memory>

namespace cedar::host::worker {

// Told what its descriptors are ready for. On the loop's thread.
class Watched {
public:
    virtual ~Watched() = default;
    virtual void on_ready(int descriptor, bool readable, bool writable) = 0;
};

// One thread that waits for the sockets, pipes and pidfds of all workers. Thread: any.
class WorkerLoop {
public:
    WorkerLoop();
    ~WorkerLoop();  // stop()
    WorkerLoop(const WorkerLoop&) = delete;
    WorkerLoop& operator=(const WorkerLoop&) = delete;

    // Ends the thread, not from the thread itself. What it watched is kept until the end.
    void stop();

    // Level-triggered. `watched` is kept until forget(). False: the system refuses.
    [[nodiscard]] bool watch(int descriptor, std::shared_ptr<Watched> watched);
    void want_write(int descriptor, bool wanted);
    // Call it before the descriptor is closed. What was seen of it before may still be told.
    void forget(int descriptor);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::worker
