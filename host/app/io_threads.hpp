#pragma once
#include <cstddef>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace cedar::host {
class Log;
}

namespace cedar::host::app {

// An io_context and the threads that run it. Thread: the owner's.
class IoThreads {
public:
    // `count` threads, at least one; `log` outlives it. They begin with start().
    IoThreads(std::size_t count, Log& log);
    ~IoThreads();  // stops
    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    [[nodiscard]] boost::asio::io_context& context();
    void start();
    // Drops what has not run and joins. Idempotent. Not from one of its threads. Blocking.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::app
