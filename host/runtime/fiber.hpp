#pragma once
#include "host/core/fetch.hpp"
#include "host/runtime/guarded_stack.hpp"
#include "host/runtime/sanitizer_fibers.hpp"

#include <cstddef>
#include <memory>

namespace cedar::host::runtime {

// A stack of its own on which one job at a time runs, and can be left in the middle. Reusable: when a job has
// returned, another may be given. fiber.cpp is the only file that knows Boost.Context.
//
// A job is resumed by the thread that started it and by no other: compilers may keep the address of a thread-local
// over a suspension. An idle fiber may go from thread to thread. Each fiber has its own C++ exception globals, so
// that a job may suspend inside a catch block.
// Thread: any one at a time, while it is idle; then the one that started the job.
class Fiber {
    struct Key {};  // only create() has it

public:
    using Job = void (*)(void* argument);  // must not throw

    // Null when the system has no memory for the stack.
    [[nodiscard]] static std::unique_ptr<Fiber> create(std::size_t stack_bytes);
    Fiber(Key, GuardedStack stack, std::size_t stack_bytes);
    // A fiber whose job is suspended cannot be destroyed: its objects would never be (checked).
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    // Runs the job from its beginning. True: it has returned; false: it has suspended itself.
    [[nodiscard]] bool start(Job job, void* argument);
    // Runs it on from where it suspended itself. As start().
    [[nodiscard]] bool resume();
    // Leaves the running job; returns when it is resumed. Only from within the job.
    void suspend();

    // Fetches what start() or resume() will touch first of the stack, so that it is not waited for then. `this`
    // should have been fetched before.
    void fetch_stack() const { fetch(static_cast<const char*>(context_) - kBelow, kBelow + kAbove); }

    [[nodiscard]] static Fiber* current();  // null outside of fibers
    [[nodiscard]] bool idle() const { return idle_; }
    [[nodiscard]] const GuardedStack& stack() const { return stack_; }
    [[nodiscard]] std::size_t stack_bytes() const { return stack_bytes_; }  // as asked for

private:
    static constexpr std::size_t kBelow = 128, kAbove = 512;  // bytes of the stack
    struct ExceptionGlobals {
        void* caught = nullptr;
        unsigned int uncaught = 0;
    };
    struct Entry;
    bool switch_in();
    void switch_out();
    void loop();  // does not return

    GuardedStack stack_;
    const std::size_t stack_bytes_;
    void* context_ = nullptr;  // where to go on; of the thread while the fiber runs
    Job job_ = nullptr;
    void* argument_ = nullptr;
    bool idle_ = true;
    ExceptionGlobals exceptions_;
    SanitizerContext inside_, outside_;
    const void* thread_bottom_ = nullptr;
    std::size_t thread_size_ = 0;
};

}  // namespace cedar::host::runtime
