// A class with configuration that blocks its own thread, and stops at once when it is cancelled.
#include <cedar/component.hpp>

#include <condition_variable>
#include <mutex>

struct Config {
    std::int64_t seconds = 5;
};
BOOST_DESCRIBE_STRUCT(Config, (), (seconds))
CEDAR_ANNOTATE(Config, cedar::field<&Config::seconds>{
                           .description = "How long.", .minimum = 0, .maximum = 600, .has_default = true})

struct Waited {
    bool to_the_end = false;
};
BOOST_DESCRIBE_STRUCT(Waited, (), (to_the_end))

class Waiter {
public:
    using Config = ::Config;
    explicit Waiter(const Config& config) : limit_(config.seconds) {}

    // Not const, so one invocation at a time runs on an instance.
    Waited run(cedar::Context& context) {
        context.progress("waiting");
        std::unique_lock lock(mutex_);
        woken_.wait_for(lock, limit_, [&] { return context.cancelled(); });
        lock.unlock();
        context.stop_if_cancelled();
        return {true};
    }

    // From any thread, while run() waits: the host has marked the invocation as cancelled before.
    void cancel() {
        const std::lock_guard lock(mutex_);
        woken_.notify_all();
    }

private:
    std::chrono::seconds limit_;
    std::mutex mutex_;
    std::condition_variable woken_;
};

CEDAR_PLUGIN(cedar::component<&Waiter::run>{.id = "sample.wait",
                                            .version = "1.0.0",
                                            .summary = "Waits, and can be cancelled.",
                                            .timeout = std::chrono::minutes(10),
                                            .execution = cedar::Execution::blocking})
