#include "host/services/reply.hpp"
#include "host/services/services.hpp"

#include <cedar/abi.h>
#include <pthread.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <queue>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cedar::host::services {

namespace {

constexpr std::string_view kName = "timer.sleep";
constexpr std::int64_t kSleepMax = 600'000;  // ms
constexpr std::size_t kSleepersMax = 100'000;

// A cancelled sleeper leaves its place in the heap, which is dropped when its time comes; so cancelling costs no
// search.
class Sleepers : public std::enable_shared_from_this<Sleepers> {
public:
    struct Sleeper {
        SteadyTime wake_at{};
        ServiceReply reply;
        Service::Done done;
    };

    void start() {
        thread_ = std::thread([this] {
            pthread_setname_np(pthread_self(), "cedar-timer");
            work();
        });
    }

    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    // 0 when there are too many, or after stop(): `sleeper` is then untouched.
    std::uint64_t add(Sleeper& sleeper) {
        const std::lock_guard lock(mutex_);
        if (stopped_ || sleepers_.size() >= kSleepersMax) return 0;
        const auto id = ++last_id_;
        const bool first = heap_.empty() || sleeper.wake_at < heap_.top().first;
        heap_.emplace(sleeper.wake_at, id);
        sleepers_.emplace(id, std::move(sleeper));
        if (first) changed_.notify_one();
        return id;
    }

    void cancel(std::uint64_t id) {
        const std::lock_guard lock(mutex_);
        const auto found = sleepers_.find(id);
        if (found == sleepers_.end()) return;
        found->second.reply = failure({ErrorCode::cancelled, "timer.sleep: cancelled", {}});
        due_.push_back(std::move(found->second));
        sleepers_.erase(found);
        changed_.notify_one();
    }

private:
    using Place = std::pair<SteadyTime, std::uint64_t>;

    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            take_due();
            if (!due_.empty()) {
                answer(lock);
            } else if (stopped_) {
                return;
            } else if (heap_.empty()) {
                changed_.wait(lock);
            } else {
                const SteadyTime next = heap_.top().first;  // a copy: the heap may grow meanwhile
                changed_.wait_until(lock, next);
            }
        }
    }

    void take_due() {
        const auto now = std::chrono::steady_clock::now();
        while (!heap_.empty() && (stopped_ || heap_.top().first <= now)) {
            const auto found = sleepers_.find(heap_.top().second);
            heap_.pop();
            if (found == sleepers_.end()) continue;
            if (stopped_) found->second.reply = failure({ErrorCode::cancelled, "timer.sleep: the host stops", {}});
            due_.push_back(std::move(found->second));
            sleepers_.erase(found);
        }
    }

    void answer(std::unique_lock<std::mutex>& lock) {
        std::vector<Sleeper> due;
        due.swap(due_);
        lock.unlock();
        for (auto& sleeper : due) sleeper.done(std::move(sleeper.reply));
        due.clear();
        lock.lock();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::priority_queue<Place, std::vector<Place>, std::greater<>> heap_;
    std::unordered_map<std::uint64_t, Sleeper> sleepers_;
    std::vector<Sleeper> due_;
    std::uint64_t last_id_ = 0;
    bool stopped_ = false;
    std::thread thread_;
};

ServiceReply slept(std::int64_t ms) {
    ServiceReply reply;
    reply.body = "{\"slept_ms\":" + std::to_string(ms) + "}";
    return reply;
}

class TimerSleep final : public Service {
public:
    TimerSleep() : sleepers_(std::make_shared<Sleepers>()) { sleepers_->start(); }
    ~TimerSleep() override { sleepers_->stop(); }

    [[nodiscard]] std::string_view name() const override { return kName; }

    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        const auto ms = read_ms(call.body);
        if (!ms) {
            done(failure(ms.error()));
            return {};
        }
        Sleepers::Sleeper sleeper{std::chrono::steady_clock::now() + std::chrono::milliseconds(*ms), slept(*ms),
                                  std::move(done)};
        if (sleeper.wake_at > call.deadline) {
            sleeper.wake_at = call.deadline;
            sleeper.reply = failure({ErrorCode::deadline, "timer.sleep: the deadline came first", {}});
        }
        const auto id = sleepers_->add(sleeper);
        if (id == 0) {
            sleeper.done(failure({ErrorCode::limit, "timer.sleep: too many sleepers (at most 100000)", {}}));
            return {};
        }
        return [sleepers = std::weak_ptr(sleepers_), id] {
            if (const auto alive = sleepers.lock()) alive->cancel(id);
        };
    }

private:
    static Result<std::int64_t> read_ms(std::string_view body) {
        LocalJson document;
        const auto object = read_object(kName, body, document);
        if (!object) return object.error();
        const auto ms = integer_member(kName, **object, "ms", 0, kSleepMax, -1);
        if (ms && *ms < 0)
            return Error{ErrorCode::invalid_argument, "timer.sleep: ms: expected an integer, got nothing", {}};
        return ms;
    }

    std::shared_ptr<Sleepers> sleepers_;
};

}  // namespace

std::shared_ptr<Service> make_timer_sleep() {
    return std::make_shared<TimerSleep>();
}

}  // namespace cedar::host::services
