#include "host/core/brief_lock.hpp"
#include "host/core/fetch.hpp"
#include "host/services/reply.hpp"
#include "host/services/services.hpp"

#include <cedar/abi.h>
#include <pthread.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

namespace cedar::host::services {

namespace {

constexpr std::string_view kName = "timer.sleep";
constexpr std::int64_t kSleepMax = 600'000;  // ms
constexpr std::size_t kSleepersMax = 100'000;

// After it has woken some, it lets so much time pass: a wake-up for each of a thousand sleepers whose times follow
// each other costs more than all else.
constexpr std::chrono::microseconds kBreath{250};

// When each is to be woken, soonest first. Times mostly come in order: those wait in a row, only the others in a
// heap. Not thread-safe.
template <class Place>
class Agenda {
public:
    void push(const Place& place) {
        if (row_.empty() || !(row_.back() > place)) {
            row_.push_back(place);
        } else {
            heap_.push(place);
        }
    }
    [[nodiscard]] bool empty() const { return row_.empty() && heap_.empty(); }
    [[nodiscard]] const Place& top() const { return from_row() ? row_.front() : heap_.top(); }
    void pop() {
        if (from_row()) {
            row_.pop_front();
        } else {
            heap_.pop();
        }
    }

private:
    [[nodiscard]] bool from_row() const {
        return heap_.empty() || (!row_.empty() && !(row_.front() > heap_.top()));
    }

    std::deque<Place> row_;
    std::priority_queue<Place, std::vector<Place>, std::greater<>> heap_;
};

// A cancelled sleeper leaves its place in the agenda, which is dropped when its time comes; so cancelling costs no
// search.
class Sleepers : public std::enable_shared_from_this<Sleepers> {
public:
    enum class End : std::uint8_t { slept, deadline, cancelled, stopped };
    struct Sleeper {
        SteadyTime wake_at{};
        std::int64_t ms = 0;
        End end = End::slept;
        Service::Done done;
    };
    struct Id {
        std::uint32_t cell = 0, use = 0;  // the first use of a cell is 1
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

    // Use 0 when there are too many, or after stop(): `sleeper` is then untouched.
    Id add(Sleeper& sleeper) {
        const auto lock = brief_lock(mutex_);
        if (stopped_ || cells_.size() - free_.size() >= kSleepersMax) return {};
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(cells_.size()));
            cells_.emplace_back();
        }
        const std::uint32_t cell = free_.back();
        free_.pop_back();
        const Id id{cell, ++cells_[cell].use};
        const bool first = agenda_.empty() || sleeper.wake_at < agenda_.top().at;
        agenda_.push({sleeper.wake_at, id});
        cells_[cell].sleeper = std::move(sleeper);
        cells_[cell].asleep = true;
        if (!free_.empty()) fetch(&cells_[free_.back()], sizeof(Cell));  // not under the mutex, when its turn comes
        if (first) changed_.notify_one();
        return id;
    }

    void cancel(Id id) {
        const std::lock_guard lock(mutex_);
        if (!asleep(id)) return;
        cells_[id.cell].sleeper.end = End::cancelled;
        wake(id.cell);
        changed_.notify_one();
    }

private:
    struct Place {
        SteadyTime at{};
        Id id;
        bool operator>(const Place& other) const { return at > other.at; }
    };
    struct Cell {
        std::uint32_t use = 0;
        bool asleep = false;
        Sleeper sleeper;
    };

    void work() {
        std::unique_lock lock(mutex_);
        SteadyTime breath{};
        for (;;) {
            const auto now = std::chrono::steady_clock::now();
            if (now >= breath || stopped_) take_due(now);
            if (!due_.empty()) {
                answer(lock);
                breath = now + kBreath;
            } else if (stopped_) {
                return;
            } else if (agenda_.empty()) {
                changed_.wait(lock);
            } else {
                const SteadyTime next =
                    std::max(agenda_.top().at, breath);  // a copy: the agenda may grow meanwhile
                changed_.wait_until(lock, next);
            }
        }
    }

    void take_due(SteadyTime now) {
        while (!agenda_.empty() && (stopped_ || agenda_.top().at <= now)) {
            const Id id = agenda_.top().id;
            agenda_.pop();
            if (!asleep(id)) continue;
            if (stopped_) cells_[id.cell].sleeper.end = End::stopped;
            wake(id.cell);
        }
    }

    [[nodiscard]] bool asleep(Id id) const { return cells_[id.cell].use == id.use && cells_[id.cell].asleep; }
    void wake(std::uint32_t cell) {
        due_.push_back(std::move(cells_[cell].sleeper));
        cells_[cell].asleep = false;
        free_.push_back(cell);
    }

    void answer(std::unique_lock<std::mutex>& lock) {
        answered_.swap(due_);
        lock.unlock();
        for (auto& sleeper : answered_) sleeper.done(reply_of(sleeper));
        answered_.clear();
        lock.lock();
    }

    [[nodiscard]] static ServiceReply reply_of(const Sleeper& sleeper) {
        switch (sleeper.end) {
            case End::slept: break;
            case End::deadline: return failure({ErrorCode::deadline, "timer.sleep: the deadline came first", {}});
            case End::cancelled: return failure({ErrorCode::cancelled, "timer.sleep: cancelled", {}});
            case End::stopped: return failure({ErrorCode::cancelled, "timer.sleep: the host stops", {}});
        }
        ServiceReply reply;
        reply.body = "{\"slept_ms\":" + std::to_string(sleeper.ms) + "}";
        return reply;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    Agenda<Place> agenda_;
    std::vector<Cell> cells_;
    std::vector<std::uint32_t> free_;
    std::vector<Sleeper> due_, answered_;
    bool stopped_ = false;
    std::thread thread_;
};

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
        Sleepers::Sleeper sleeper{std::chrono::steady_clock::now() + std::chrono::milliseconds(*ms), *ms,
                                  Sleepers::End::slept, std::move(done)};
        if (sleeper.wake_at > call.deadline) {
            sleeper.wake_at = call.deadline;
            sleeper.end = Sleepers::End::deadline;
        }
        const auto id = sleepers_->add(sleeper);
        if (id.use == 0) {
            sleeper.done(failure({ErrorCode::limit, "timer.sleep: too many sleepers (at most 100000)", {}}));
            return {};
        }
        return [sleepers = std::weak_ptr(sleepers_), id] {
            if (const auto alive = sleepers.lock()) alive->cancel(id);
        };
    }

private:
    // What nearly everyone sends: {"ms":N}.
    static std::optional<std::int64_t> plain_ms(std::string_view body) {
        constexpr std::string_view kBefore = R"({"ms":)";
        if (!body.starts_with(kBefore) || !body.ends_with('}')) return std::nullopt;
        const auto digits = body.substr(kBefore.size(), body.size() - kBefore.size() - 1);
        const bool natural = !digits.empty() && digits.front() >= '1' && digits.front() <= '9';
        std::int64_t ms = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), ms);
        const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
        if (!natural || !whole || ms > kSleepMax) return std::nullopt;
        return ms;
    }

    static Result<std::int64_t> read_ms(std::string_view body) {
        if (const auto ms = plain_ms(body)) return *ms;
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
