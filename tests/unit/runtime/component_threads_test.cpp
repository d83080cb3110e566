// The threads are real, their order is the test's: work stops at gates, and the watchdog looks when the test says.
#include "host/runtime/component_threads.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace cedar::host::runtime
