#include "host/app/io_threads.hpp"

#include "host/app/note.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cedar::host::app {

struct IoThreads::Impl {
    using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    Impl(std::size_t thread_count, Log& to)
        : log(to), count(thread_count), io(static_cast<int>(thread_count)), guard(io.get_executor()) {}

    // A handler that throws has lost its own connection only; the others go on.
    void run() {
        for (bool ended = false; !ended;) {
            try {
                io.run();
                ended = true;
            } catch (const std::exception& error) {
                note(log, LogLevel::error, "http", std::string("a handler threw: ") + error.what());
            }
        }
    }

    Log& log;
    std::size_t count;
    boost::asio::io_context io;
    Guard guard;
    std::vector<std::thread> threads;
};

IoThreads::IoThreads(std::size_t count, Log& log) : impl_(std::make_unique<Impl>(count, log)) {}

IoThreads::~IoThreads() {
    stop();
}

boost::asio::io_context& IoThreads::context() {
    return impl_->io;
}

void IoThreads::start() {
    for (std::size_t i = 0; i < impl_->count; ++i)
        impl_->threads.emplace_back([impl = impl_.get()] { impl->run(); });
}

void IoThreads::stop() {
    impl_->io.stop();
    for (std::thread& thread : impl_->threads) thread.join();
    impl_->threads.clear();
}

}  // namespace cedar::host::app
