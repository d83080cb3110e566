#include "host/store/work_queue.hpp"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <vector>

namespace cedar::host::store {
namespace {

using namespace std::chrono_literals;

void refuse_nothing(Error error) {
    ADD_FAILURE() << error.message;
}

TEST(WorkQueue, DoesJobsInOrderOnOneOtherThread) {
    std::vector<int> done;
    std::vector<std::thread::id> threads;
    {
        WorkQueue queue(100, 10s);
        for (int i = 0; i < 50; ++i) {
            queue.add({[&, i] {
                           done.push_back(i);
                           threads.push_back(std::this_thread::get_id());
                       },
                       refuse_nothing});
        }
    }
    ASSERT_EQ(done.size(), 50U);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
    EXPECT_NE(threads.front(), std::this_thread::get_id());
    EXPECT_EQ(threads.front(), threads.back());
}

TEST(WorkQueue, RefusesWhatIsBeyondItsBound) {
    std::promise<void> started, go;
    WorkQueue queue(1, 10s);
    queue.add({[&] {
                   started.set_value();
                   go.get_future().wait();
               },
               refuse_nothing});
    started.get_future().wait();
    queue.add({[] {}, refuse_nothing});
    std::optional<Error> refused;
    queue.add({[] { ADD_FAILURE(); }, [&](Error error) { refused = std::move(error); }});
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, ErrorCode::limit);
    EXPECT_EQ(refused->message, "the store is busy: 1 calls wait (store.queue_max)");
    go.set_value();
}

TEST(WorkQueue, RefusesAfterClose) {
    WorkQueue queue(1, 10s);
    queue.close();
    queue.close();
    std::optional<Error> refused;
    queue.add({[] { ADD_FAILURE(); }, [&](Error error) { refused = std::move(error); }});
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, ErrorCode::unavailable);
}

TEST(WorkQueue, RefusesWhatWaitsBeyondTheCloseTimeout) {
    std::promise<void> started, go;
    std::atomic<int> refused = 0;
    WorkQueue queue(10, -1ms);  // no time at all
    queue.add({[&] {
                   started.set_value();
                   go.get_future().wait();
               },
               refuse_nothing});
    started.get_future().wait();
    queue.add({[] { ADD_FAILURE(); }, [&](Error) { ++refused; }});
    std::thread closer([&] { queue.close(); });
    std::atomic<bool> closed = false;
    while (!closed)
        queue.add({[] {}, [&](Error error) { closed = error.code == ErrorCode::unavailable || closed; }});
    go.set_value();
    closer.join();
    EXPECT_GE(refused, 1);
}

}  // namespace
}  // namespace cedar::host::store
