// The threads are real, their order is the test's: work stops at gates, and the watchdog looks when the test says.
#include "host/runtime/component_threads.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace cedar::host::runtime {
namespace {

using namespace std::chrono_literals;

void until(const std::function<bool()>& holds) {
    while (!holds()) std::this_thread::yield();
}

// Opened once; who passes before waits in the kernel, as the watchdog wants to see it.
class Gate {
public:
    void open() {
        open_ = true;
        open_.notify_all();
    }
    void pass() const { open_.wait(false); }

private:
    std::atomic<bool> open_{false};
};

// Work made of what the test says. Counts where it is.
class Piece final : public Work {
public:
    using Does = std::function<void(Piece&)>;
    explicit Piece(Does does) : does_(std::move(does)) {}

    void run() noexcept override { does_(*this); }
    void finish() noexcept override { ended = true; }
    void refuse(std::string_view) noexcept override { refused = true; }
    [[nodiscard]] const char* name() const noexcept override { return "piece"; }
    void on_hog(std::chrono::milliseconds) noexcept override {
        if (when_found) when_found();
    }
    void on_no_replacement(std::size_t) noexcept override { lacked = true; }

    // Leaves its thread until wake().
    void leave() {
        waiting().aside(
            *this,
            [](void* self) {
                static_cast<Piece*>(self)->left = true;
                return false;
            },
            this);
    }
    void wake() { waiting().wake(*this); }

    std::function<void()> when_found;
    std::atomic<bool> left{false}, ended{false}, refused{false}, lacked{false};

private:
    const Does does_;
};

std::shared_ptr<Piece> piece(Piece::Does does) {
    return std::make_shared<Piece>(std::move(does));
}

class ComponentThreadsTest : public testing::Test {
protected:
    void open(ComponentThreadsOptions options) { threads_ = std::make_unique<ComponentThreads>(options); }
    void TearDown() override { EXPECT_TRUE(threads_->stop(SteadyTime::max())); }

    template <class... Pieces>
    void submit(const Pieces&... pieces) {
        (threads_->submit(pieces), ...);
    }
    // The watchdog looks until it has found so many that are held.
    void watch_until_held(std::size_t count) {
        until([&] {
            threads_->watch(now_ += 20ms);
            return threads_->usage().held == count;
        });
    }
    void until_threads(std::size_t count) {
        until([&] { return threads_->usage().threads == count; });
    }

    std::unique_ptr<ComponentThreads> threads_;
    SteadyTime now_{};
};

TEST_F(ComponentThreadsTest, AThreadThatRetiresAndIsHeldAgainIsMissedOnce) {
    open({.threads = 1});
    Gate first, second;
    const auto stays = piece([&](Piece& self) {
        self.leave();
        second.pass();
    });
    const auto holds = piece([&](Piece&) { first.pass(); });
    submit(stays, holds);
    watch_until_held(1);
    EXPECT_EQ(threads_->usage().threads, 2U);
    first.open();  // its place is taken: it retires, once what it has started has ended
    until([&] { return holds->ended && threads_->usage().held == 0; });
    stays->wake();
    watch_until_held(1);
    EXPECT_EQ(threads_->usage().threads, 2U);  // the one that took its place still serves
    EXPECT_FALSE(stays->lacked);
    second.open();
    until_threads(1);
    const auto next = piece([](Piece&) {});
    submit(next);
    until([&] { return next->ended.load(); });
}

TEST_F(ComponentThreadsTest, AThreadThatComesBackWhileItsPlaceIsBeingTakenIsOneTooMany) {
    open({.threads = 1});
    Gate gate;
    const auto holds = piece([&](Piece&) { gate.pass(); });
    holds->when_found = [&] {  // it is decided that another is to come, which has not begun
        gate.open();
        until([&] { return holds->ended && threads_->usage().held == 0; });
    };
    submit(holds);
    until([&] {
        threads_->watch(now_ += 20ms);
        return holds->ended.load();
    });
    until_threads(1);
    const auto next = piece([](Piece&) {});
    submit(next);
    until([&] { return next->ended.load(); });
}

// A thread that retires takes nothing new; the room that it makes is for another, which rests.
TEST_F(ComponentThreadsTest, RoomForMoreIsToldToAThreadThatRests) {
    open({.threads = 1, .fibers_max = 2});
    Gate gate;
    const auto stays = piece([](Piece& self) { self.leave(); });
    const auto holds = piece([&](Piece&) { gate.pass(); });
    submit(stays, holds);
    watch_until_held(1);
    EXPECT_EQ(threads_->usage().threads, 2U);
    const auto waits = piece([](Piece&) {});
    submit(waits);
    until([&] { return threads_->usage().resting == 1; });  // there is no room
    EXPECT_EQ(threads_->usage().waiting, 1U);
    gate.open();
    until([&] { return waits->ended.load(); });
    EXPECT_FALSE(stays->ended);
    stays->wake();
    until_threads(1);
}

TEST_F(ComponentThreadsTest, AWakeThatComesBeforeTheWorkHasLeftIsNotLost) {
    open({.threads = 1});
    const auto early = piece([](Piece& self) {
        self.wake();
        self.waiting().wait();
    });
    const auto between = piece([](Piece& self) {
        self.waiting().aside(
            self,
            [](void* work) {
                static_cast<Piece*>(work)->wake();
                return false;
            },
            &self);
    });
    submit(early, between);
    until([&] { return early->ended && between->ended; });
}

// The waker and the thread that goes to rest meet in every order.
TEST_F(ComponentThreadsTest, EveryWakeIsSeenByAThreadThatGoesToRest) {
    constexpr int kRounds = 2000;
    open({.threads = 2});
    std::vector<std::shared_ptr<Piece>> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(piece([](Piece& self) {
            for (int round = 0; round < kRounds; ++round) self.leave();
        }));
        submit(all.back());
    }
    for (int round = 0; round < kRounds; ++round) {
        for (const auto& one : all) {
            until([&] { return one->left.exchange(false); });
            one->wake();
        }
    }
    for (const auto& one : all) until([&] { return one->ended.load(); });
}

TEST_F(ComponentThreadsTest, WhatHasNotStartedIsWithdrawnOrRefused) {
    open({.threads = 1, .hog_limit = 0ms});
    Gate gate;
    const auto holds = piece([&](Piece&) { gate.pass(); });
    const auto withdrawn = piece([](Piece&) {}), refused = piece([](Piece&) {});
    submit(holds);
    until([&] { return threads_->usage().waiting == 0; });
    submit(withdrawn, refused);
    EXPECT_TRUE(threads_->withdraw(*withdrawn));
    EXPECT_FALSE(threads_->withdraw(*withdrawn));
    EXPECT_FALSE(threads_->stop(SteadyTime::min()));
    EXPECT_TRUE(refused->refused);
    EXPECT_FALSE(withdrawn->refused);
    gate.open();
    until_threads(0);
}

// A thread that finds many waiting takes several at once: here it stands in the first of them.
class ComponentThreadsBatchTest : public ComponentThreadsTest {
protected:
    static constexpr std::size_t kMany = 512;

    // Each of the threads is kept busy until the last piece waits.
    void hold_with_batch(ComponentThreadsOptions options) {
        open(options);
        std::vector<std::shared_ptr<Piece>> busy;
        for (unsigned i = 0; i < options.threads; ++i) {
            Gate& gate = i == 0 ? first_ : others_;
            submit(busy.emplace_back(piece([&gate](Piece&) { gate.pass(); })));
            until([&] { return threads_->usage().waiting == 0; });
        }
        submit(holds_);
        for (std::size_t i = 0; i < kMany; ++i) submit(many_.emplace_back(piece([](Piece&) {})));
        first_.open();
        until([&] { return standing_.load(); });
    }
    void until_many_ended() {
        until([&] { return std::ranges::all_of(many_, [](const auto& one) { return one->ended.load(); }); });
    }

    Gate first_, others_, last_;
    std::atomic<bool> standing_{false};
    const std::shared_ptr<Piece> holds_ = piece([this](Piece&) {
        standing_ = true;
        last_.pass();
    });
    std::vector<std::shared_ptr<Piece>> many_;
};

TEST_F(ComponentThreadsBatchTest, WhatAHeldThreadTookIsStartedByTheOneThatTakesItsPlace) {
    hold_with_batch({.threads = 1});
    EXPECT_EQ(threads_->usage().waiting, kMany);
    watch_until_held(1);
    until_many_ended();
    EXPECT_FALSE(holds_->ended);
    last_.open();
}

TEST_F(ComponentThreadsBatchTest, WhatABusyThreadTookIsStartedByOneThatHasNothingElseToDo) {
    hold_with_batch({.threads = 2, .hog_limit = 0ms});
    others_.open();
    until_many_ended();
    EXPECT_FALSE(holds_->ended);
    last_.open();
}

TEST_F(ComponentThreadsBatchTest, WhatAThreadTookAndHasNotStartedIsWithdrawn) {
    hold_with_batch({.threads = 1, .fibers_max = kMany, .hog_limit = 0ms});
    for (const auto& one : many_) EXPECT_TRUE(threads_->withdraw(*one));
    EXPECT_EQ(threads_->usage().waiting, 0U);
    const auto next = piece([](Piece&) {});
    submit(next);
    last_.open();
    until([&] { return next->ended.load(); });
    for (const auto& one : many_) EXPECT_FALSE(one->ended);
}

TEST_F(ComponentThreadsBatchTest, WhatAThreadTookAndHasNotStartedIsRefusedAtTheEnd) {
    hold_with_batch({.threads = 1, .hog_limit = 0ms});
    EXPECT_FALSE(threads_->stop(SteadyTime::min()));
    for (const auto& one : many_) EXPECT_TRUE(one->refused);
    last_.open();
}

// No more than have room, and all of them in the end.
TEST_F(ComponentThreadsBatchTest, WhatAThreadTakesHasRoom) {
    hold_with_batch({.threads = 1, .fibers_max = 3, .hog_limit = 0ms});
    last_.open();
    until_many_ended();
    EXPECT_LE(threads_->usage().fibers, 3U);
}

}  // namespace
}  // namespace cedar::host::runtime
