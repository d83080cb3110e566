#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::http {

// Which names this server answers to, and which pages may talk to it. Keeps a hostile page in the user's browser
// from reaching a server on the loopback: by a name of its own that points here, or across origins.
// Immutable. Thread: any.
class HostPolicy {
public:
    // `hosts` as ServerOptions::hosts; `address` as bound, an IPv6 one in brackets; `loopback`: it is one.
    // Elsewhere any IP address is accepted too, with any port: no page can point a name at it, for it is none.
    HostPolicy(std::vector<std::string> hosts, const std::string& address, bool loopback, std::uint16_t port);

    // Whether a Host value (or the authority of a target) names this server.
    [[nodiscard]] bool accepts(std::string_view host) const;
    // What accepts() would have taken, for a message.
    [[nodiscard]] std::string expected() const;
    // Whether a page of `origin` may change something or open a socket on `host`: no Origin header (not a browser),
    // or the same host and port; only by https if `secure`. Without TLS both schemes do, for a proxy may add it.
    // Source: RFC 6454; RFC 6455 section 10.2.
    [[nodiscard]] static bool same_origin(std::string_view origin, std::string_view host, bool secure = false);

private:
    std::vector<std::string> hosts_;
    bool any_address_;
};

}  // namespace cedar::host::http
