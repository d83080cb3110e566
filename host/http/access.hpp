#pragma once
#include "host/core/now.hpp"
#include "host/http/message.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace cedar::host::http {

// Who may use the server: whoever knows the token. Programs send it with each request ("Authorization: Bearer …"),
// a browser once, for a cookie that says until when. Nothing is kept here: a cookie proves itself by a code that
// only the token makes, so it survives a restart and ends with the token. Immutable. Thread: any.
class Access {
public:
    // `token` empty: everyone may. `login_time`: how long a cookie holds. `secure`: the cookie travels over TLS
    // only.
    Access(std::string token, std::chrono::milliseconds login_time, bool secure);

    [[nodiscard]] bool open_to_all() const { return token_.empty(); }
    enum class Proof { none, bearer, cookie };
    // What proves that the request may pass. A server that is open to all asks for no proof.
    [[nodiscard]] Proof proof(const Request& request, UtcTime now) const;
    // Takes the same time whatever is wrong.
    [[nodiscard]] bool is_token(std::string_view text) const;

    // Values of Set-Cookie.
    [[nodiscard]] std::string login_cookie(UtcTime now) const;
    [[nodiscard]] std::string logout_cookie() const;

private:
    [[nodiscard]] std::string code_of(std::string_view text) const;
    [[nodiscard]] bool is_cookie(std::string_view value, UtcTime now) const;

    std::string token_;
    std::chrono::seconds login_time_;
    bool secure_;
};

// Whether the request carries a cookie of this server, valid or not: it comes from a browser.
[[nodiscard]] bool has_login_cookie(const Request& request);
// Paths that need no proof: health, and what the login page is made of.
[[nodiscard]] bool is_public_path(std::string_view path);
// `next` if it is a path of this server, else "/": a login leads nowhere else.
[[nodiscard]] std::string local_path(std::string_view next);

}  // namespace cedar::host::http
