#include "host/app/listen_rules.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace cedar::host::app {

bool is_loopback(std::string_view host) {
    if (host == "localhost") return true;
    const std::string text(host);
    in_addr v4{};
    if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
    in6_addr v6{};
    if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return std::memcmp(&v6, &in6addr_loopback, sizeof v6) == 0;
    return false;
}

Result<std::string> read_token(const std::filesystem::path& path) {
    constexpr std::size_t shortest = 16, longest = 4096;
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::string text(longest + 2, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad())
        return Error{ErrorCode::io, path.string() + ": cannot be read: " + std::strerror(errno), {}};
    text.resize(static_cast<std::size_t>(in.gcount()));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
    if (text.size() >= shortest && text.size() <= longest && std::all_of(text.begin(), text.end(), visible))
        return text;
    return Error{ErrorCode::invalid_argument,
                 path.string() + ": expected one line of 16 to 4096 visible characters and no blanks, got " +
                     std::to_string(text.size()) + " octets of another kind or number",
                 {}};
}

bool is_readable_by_all(const std::filesystem::path& path) {
    std::error_code unknown;  // then nobody can say so
    const auto permissions = std::filesystem::status(path, unknown).permissions();
    return !unknown && (permissions & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

Result<void> write_whole(const std::filesystem::path& path, std::string_view text) {
    const std::filesystem::path temporary = path.string() + ".tmp" + std::to_string(::getpid());
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    std::error_code code;
    if (out) std::filesystem::rename(temporary, path, code);
    if (out && !code) return {};
    const std::string reason = code ? code.message() : std::strerror(errno);
    std::filesystem::remove(temporary, code);
    return Error{ErrorCode::io, path.string() + ": cannot be written", reason};
}

}  // namespace cedar::host::app
