#pragma once
#include "host/core/now.hpp"
#include "host/http/message.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace cedar::host::http {

// Who may use the server: whoever knows the token. Programs send it with each request ("Authorization: Bearer …"),
// a browser once, for a cookie that says until when. Nothing is kept here: a cookie proves itself by a code that
// only the token makes, so it survives a restart and ends with the token. Thread: any.
class Access {
public:
    // `token` empty: everyone may. `login_time`: how long a cookie holds. `secure`: the cookie travels over TLS
    // only.
    Access(std::string token, std::chrono::milliseconds login_time, bool secure);

    [[nodiscard]] bool open_to_all() const { return open_to_all_; }
    enum class Proof { none, bearer, cookie };
    // What let a client in, so that what outlives its request ends when that holds no more.
    struct Login {
        Proof proof = Proof::none;
        std::uint64_t token = 0;                                           // which one, as renew() counts them
        std::chrono::sys_seconds until = std::chrono::sys_seconds::max();  // of a cookie, by the wall clock
    };
    // What proves that the request may pass. A server that is open to all asks for no proof.
    [[nodiscard]] Login login(const Request& request, UtcTime now) const;
    [[nodiscard]] Proof proof(const Request& request, UtcTime now) const { return login(request, now).proof; }
    // Whether it would still let its client in. Always, if the server is open to all.
    [[nodiscard]] bool holds(const Login& login, UtcTime now) const;
    // From now on only `token`, which is not empty, proves anything. False: it is the same as before, or the server
    // is open to all; nothing changes.
    bool renew(std::string token);
    // Takes the same time whatever is wrong.
    [[nodiscard]] bool is_token(std::string_view text) const;

    // Values of Set-Cookie.
    [[nodiscard]] std::string login_cookie(UtcTime now) const;
    [[nodiscard]] std::string logout_cookie() const;

private:
    struct Secret {
        std::string token;
        std::uint64_t number = 1;
    };
    [[nodiscard]] std::shared_ptr<const Secret> secret() const;

    const bool open_to_all_;
    const std::chrono::seconds login_time_;
    const bool secure_;
    std::atomic<std::uint64_t> number_ = 1;  // that of secret_, for those who need no more
    mutable std::mutex mutex_;
    std::shared_ptr<const Secret> secret_;
};

// Whether the request carries a cookie of this server, valid or not: it comes from a browser.
[[nodiscard]] bool has_login_cookie(const Request& request);
// Paths that need no proof: health, and what the login page is made of.
[[nodiscard]] bool is_public_path(std::string_view path);
// `next` if it is a path of this server, else "/": a login leads nowhere else.
[[nodiscard]] std::string local_path(std::string_view next);

}  // namespace cedar::host::http
