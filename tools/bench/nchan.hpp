#pragma once
#include "tools/bench/event_publisher.hpp"
#include "tools/bench/peers.hpp"

#include <string>

namespace cedar::bench {

// nginx with nchan, one worker, which keeps and shares its messages in that Redis; from the packages nginx and
// libnginx-mod-nchan. Port 0: they are not there, which is said. End it with stop_nchan().
[[nodiscard]] Peer start_nchan(const std::string& redis_url);
// Its worker ends with it only when it is asked to.
void stop_nchan(Peer& peer);

// Brings it events by its own way, a POST each to the publisher's location of the thread.
class NchanPublisher final : public Publisher {
public:
    // Ends the program when it cannot connect.
    explicit NchanPublisher(std::uint16_t port);
    ~NchanPublisher() override;

    void say(std::int64_t thread_id, std::uint64_t seq) override;
    void flush(std::size_t unanswered) override;

private:
    int socket_;
    std::string out_, tail_;  // of what was answered, as long as a mark may be cut
    std::size_t open_ = 0;
};

}  // namespace cedar::bench
