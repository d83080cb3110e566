#pragma once
#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace cedar::host::http {

// Work that many may want at once and that takes a while: one piece after the other, in the order in which it was
// asked for, each in a turn of the loop of its own. Whatever else is ready is served between two of them, so that
// it waits for one at most. Its bound is its users': each asks again only after its turn. Thread: any.
class Turns : public std::enable_shared_from_this<Turns> {
public:
    using Work = std::function<void()>;

    // Runs `work` once, on `executor`. It should not keep its owner alive: what still waits when the loop ends is
    // dropped with this object.
    void ask(boost::asio::any_io_executor executor, Work work);

private:
    struct Asked {
        boost::asio::any_io_executor executor;
        Work work;
    };
    struct Turn;

    void begin(Asked next);
    void on_end();

    std::mutex mutex_;
    std::deque<Asked> waiting_;
    bool taken_ = false;  // a turn is under way
};

}  // namespace cedar::host::http
