#pragma once
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

namespace cedar::host {

// A network of its own, of a loopback alone, for whatever runs inside run(): threads elsewhere and the machine do
// not see it. While it is cut, what is sent in it is lost without a word, as if the cable were out.
class LostPackets {
public:
    // Runs `body` on a thread in such a network, as do the processes that it starts. Else says why that may not be.
    static std::string run(const std::function<void(LostPackets&)>& body) {
        std::string refusal;
        std::thread([&] {
            LostPackets network;
            if (::unshare(CLONE_NEWNET) != 0 || !network.set(true)) {
                refusal = std::string("no network of its own: ") + std::strerror(errno);
                return;
            }
            body(network);
        }).join();
        return refusal;
    }
    bool cut() { return set(false); }
    bool mend() { return set(true); }

private:
    LostPackets() = default;
    static bool set(bool up) {
        ifreq request{};
        std::strcpy(request.ifr_name, "lo");
        request.ifr_flags = up ? IFF_UP : 0;
        const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const bool done = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
        ::close(socket);
        return done;
    }
};

}  // namespace cedar::host
