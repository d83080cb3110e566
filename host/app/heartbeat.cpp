#include "host/app/heartbeat.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace cedar::host::app {
namespace {

class Heartbeat : public std::enable_shared_from_this<Heartbeat> {
public:
    Heartbeat(boost::asio::io_context& io, runtime::ControlThread& control, std::chrono::microseconds period,
              std::function<void()> beat)
        : io_(io), control_(control), period_(period), beat_(std::move(beat)), timer_(io) {}

    // The question waits for its answer, so a control thread that hangs has one at most.
    void wait() {
        timer_.expires_after(period_);
        timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) self->control_.post([self] { boost::asio::post(self->io_, [self] { self->answered(); }); });
        });
    }

private:
    void answered() {
        beat_();
        wait();
    }

    boost::asio::io_context& io_;
    runtime::ControlThread& control_;
    std::chrono::microseconds period_;
    std::function<void()> beat_;
    boost::asio::steady_timer timer_;
};

}  // namespace

void start_heartbeat(boost::asio::io_context& io, runtime::ControlThread& control, std::chrono::microseconds period,
                     std::function<void()> beat) {
    const auto heartbeat = std::make_shared<Heartbeat>(io, control, period, std::move(beat));
    heartbeat->wait();
}

}  // namespace cedar::host::app
