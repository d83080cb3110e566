#include "host/redis/redis_url.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace cedar::host::redis {
namespace {

constexpr unsigned kDatabasesMax = 1000000;

Error wrong(const std::string& what) {
    return {ErrorCode::invalid_argument,
            "redis.url: expected redis://[[user]:password@]host[:port][/database] or unix:/path, got " + what,
            {}};
}

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        unsigned value = 0;
        if (at + 3 > text.size()) return std::nullopt;
        const auto [end, error] = std::from_chars(text.data() + at + 1, text.data() + at + 3, value, 16);
        if (error != std::errc() || end != text.data() + at + 3) return std::nullopt;
        out += static_cast<char>(value);
        at += 2;
    }
    return out;
}

bool take_number(std::string_view text, unsigned max, unsigned& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && out <= max;
}

// What stands before the last '@' goes; false: it is broken.
bool take_login(std::string_view& rest, RedisUrl& url) {
    const auto at = rest.rfind('@');
    if (at == std::string_view::npos) return true;
    const auto login = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    const auto colon = login.find(':');
    const auto user = decoded(login.substr(0, colon));
    const auto password = decoded(colon == std::string_view::npos ? std::string_view() : login.substr(colon + 1));
    if (!user || !password) return false;
    url.user = *user;
    url.password = *password;
    return true;
}

Result<RedisUrl> unix_url(std::string_view rest) {
    RedisUrl url;
    if (rest.starts_with("//")) rest.remove_prefix(2);
    if (!rest.starts_with('/') && !take_login(rest, url)) return wrong("a broken escape in user or password");
    const auto query = rest.find('?');
    if (query != std::string_view::npos) {
        const auto database = rest.substr(query + 1);
        if (!database.starts_with("db=") || !take_number(database.substr(3), kDatabasesMax, url.database))
            return wrong("something else than ?db=number behind the path");
    }
    url.path = rest.substr(0, query);
    if (!url.path.starts_with('/')) return wrong("no absolute path");
    return url;
}

}  // namespace

std::string RedisUrl::place() const {
    const auto where = path.empty() ? host + ":" + std::to_string(port) : path;
    return where + (database == 0 ? "" : " database " + std::to_string(database));
}

Result<RedisUrl> parse_redis_url(std::string_view text) {
    if (text.starts_with("unix:")) return unix_url(text.substr(5));
    constexpr std::string_view scheme = "redis://";
    if (!text.starts_with(scheme)) return wrong("another scheme");
    RedisUrl url;
    std::string_view rest = text.substr(scheme.size());
    if (!take_login(rest, url)) return wrong("a broken escape in user or password");
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos && slash + 1 < rest.size() &&
        !take_number(rest.substr(slash + 1), kDatabasesMax, url.database))
        return wrong("no number as its database");
    rest = rest.substr(0, slash);
    const auto colon = rest.rfind(':');
    if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
        unsigned port = 0;
        if (!take_number(rest.substr(colon + 1), 65535, port) || port == 0) return wrong("no port from 1 to 65535");
        url.port = static_cast<std::uint16_t>(port);
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    if (rest.empty()) return wrong("no host");
    url.host = rest;
    return url;
}

}  // namespace cedar::host::redis
