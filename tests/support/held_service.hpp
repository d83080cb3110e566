#pragma once
#include "host/ports/service.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host {

// A service that answers when the test says so: each call waits until release(). Replies with the call's own body.
// Thread: any.
class HeldService final : public Service {
public:
    explicit HeldService(std::string name) : name_(std::move(name)) {}

    [[nodiscard]] std::string_view name() const override { return name_; }

    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        const std::lock_guard lock(mutex_);
        held_.push_back({std::move(call.body), std::move(done)});
        ++calls_;
        changed_.notify_all();
        return [this] {
            const std::lock_guard cancel_lock(mutex_);
            ++cancelled_;
            changed_.notify_all();
        };
    }

    // Waits until so many calls have come in all.
    void wait_for_calls(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return calls_ >= count; });
    }
    void wait_for_cancels(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return cancelled_ >= count; });
    }
    // Answers what is held, in the order it came. How many those were.
    std::size_t release() {
        std::vector<Held> held;
        {
            const std::lock_guard lock(mutex_);
            held.swap(held_);
        }
        for (auto& one : held) {
            ServiceReply reply;
            reply.body = std::move(one.body);
            one.done(std::move(reply));
        }
        return held.size();
    }

private:
    struct Held {
        std::string body;
        Done done;
    };
    const std::string name_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Held> held_;
    std::size_t calls_ = 0, cancelled_ = 0;
};

}  // namespace cedar::host
