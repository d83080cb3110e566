#include "host/http/host_policy.hpp"

#include "host/http/message.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace cedar::host::http {
namespace {

std::string_view without_port(std::string_view host) {
    if (!host.empty() && host.front() == '[') return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.rfind(':'));
}

// "name", "name:port", "[v6]:port" of harmless characters only.
bool well_formed(std::string_view host) {
    const auto harmless = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._:[]").find(c) != std::string_view::npos;
    };
    return !host.empty() && std::all_of(host.begin(), host.end(), harmless);
}

bool is_address(std::string_view host) {
    const bool v6 = host.starts_with('[');
    const std::string text(v6 ? host.substr(1, host.size() - 2) : host);
    in6_addr parsed{};
    return ::inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), &parsed) == 1;
}

}  // namespace

HostPolicy::HostPolicy(std::vector<std::string> hosts, const std::string& address, bool loopback,
                       std::uint16_t port)
    : hosts_(std::move(hosts)), any_address_(!loopback) {
    const auto suffix = port == 80 ? std::string() : ":" + std::to_string(port);
    for (const std::string name : {"localhost", "127.0.0.1", "[::1]"}) hosts_.push_back(name + suffix);
    if (!accepts(address + suffix)) hosts_.push_back(address + suffix);
}

bool HostPolicy::accepts(std::string_view host) const {
    if (!well_formed(host)) return false;
    const auto same = [host](std::string_view known) {
        const bool any_port = known == without_port(known);
        return equal_ignoring_case(any_port ? without_port(host) : host, known);
    };
    return (any_address_ && is_address(without_port(host))) || std::any_of(hosts_.begin(), hosts_.end(), same);
}

std::string HostPolicy::expected() const {
    std::string out = any_address_ ? "an IP address" : "";
    for (const auto& host : hosts_) out += (out.empty() ? "" : ", ") + host;
    return out;
}

bool HostPolicy::same_origin(std::string_view origin, std::string_view host, bool secure) {
    if (origin.empty()) return true;
    for (const std::string_view scheme : {"http://", "https://"})
        if (!(secure && scheme == "http://") && equal_ignoring_case(origin.substr(0, scheme.size()), scheme))
            return equal_ignoring_case(origin.substr(scheme.size()), host);
    return false;
}

}  // namespace cedar::host::http
