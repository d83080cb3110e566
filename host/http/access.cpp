#include "host/http/access.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace cedar::host::http {
namespace {

constexpr std::string_view cookie_name = "cedar_login";

std::string hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         static_cast<const unsigned char*>(static_cast<const void*>(text.data())), text.size(), raw.data(), &size);
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
        out += digits[raw.at(i) >> 4U];
        out += digits[raw.at(i) & 15U];
    }
    return out;
}

// Of codes, whose length is no secret.
bool same_code(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Takes the same time whatever is wrong.
bool proves(std::string_view token, std::string_view text) {
    return same_code(hmac(token, text), hmac(token, token));
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// The value of the login cookie, or nothing. Source: RFC 6265 section 5.4, a list separated by semicolons.
std::string_view cookie_value(const Request& request) {
    for (const auto& [name, value] : request.fields) {
        if (!equal_ignoring_case(name, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto end = rest.find(';');
            const auto pair = trim(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            if (pair.size() > cookie_name.size() && pair.starts_with(cookie_name) &&
                pair[cookie_name.size()] == '=')
                return pair.substr(cookie_name.size() + 1);
        }
    }
    return {};
}

std::string cookie_code(std::string_view token, std::string_view until) {
    return hmac(token, "cedar login until " + std::string(until));
}

// Until when a cookie that this token made holds; nothing: it is none of it.
std::optional<std::chrono::sys_seconds> cookie_end(std::string_view token, std::string_view value) {
    const auto dot = value.find('.');
    if (dot == std::string_view::npos || dot > 15) return std::nullopt;
    std::int64_t until = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + dot, until);
    if (error != std::errc() || end != value.data() + dot) return std::nullopt;
    if (!same_code(value.substr(dot + 1), cookie_code(token, value.substr(0, dot)))) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(until));
}

bool is_over(std::chrono::sys_seconds until, UtcTime now) {
    return std::chrono::floor<std::chrono::seconds>(now) >= until;
}

}  // namespace

Access::Access(std::string token, std::chrono::milliseconds login_time, bool secure)
    : open_to_all_(token.empty()),
      login_time_(std::chrono::duration_cast<std::chrono::seconds>(login_time)),
      secure_(secure),
      secret_(std::make_shared<const Secret>(Secret{std::move(token), 1})) {}

std::shared_ptr<const Access::Secret> Access::secret() const {
    const std::lock_guard lock(mutex_);
    return secret_;
}

bool Access::renew(std::string token) {
    if (open_to_all_ || is_token(token)) return false;
    const std::lock_guard lock(mutex_);
    secret_ = std::make_shared<const Secret>(Secret{std::move(token), secret_->number + 1});
    number_ = secret_->number;
    return true;
}

bool Access::is_token(std::string_view text) const {
    const auto secret = this->secret();
    return !secret->token.empty() && proves(secret->token, text);
}

bool Access::holds(const Login& login, UtcTime now) const {
    if (open_to_all_) return true;
    return login.proof != Proof::none && login.token == number_ && !is_over(login.until, now);
}

Access::Login Access::login(const Request& request, UtcTime now) const {
    constexpr std::string_view scheme = "Bearer ";
    const auto secret = this->secret();
    if (secret->token.empty()) return {};
    const auto given = request.field("Authorization");
    if (equal_ignoring_case(given.substr(0, scheme.size()), scheme) &&
        proves(secret->token, trim(given.substr(scheme.size()))))
        return {.proof = Proof::bearer, .token = secret->number};
    const auto until = cookie_end(secret->token, cookie_value(request));
    if (!until || is_over(*until, now)) return {};
    return {.proof = Proof::cookie, .token = secret->number, .until = *until};
}

std::string Access::login_cookie(UtcTime now) const {
    const auto end = std::chrono::floor<std::chrono::seconds>(now) + login_time_;
    const auto until = std::to_string(end.time_since_epoch().count());
    return std::string(cookie_name) + "=" + until + "." + cookie_code(secret()->token, until) +
           "; Path=/; Max-Age=" + std::to_string(login_time_.count()) + "; HttpOnly; SameSite=Strict" +
           (secure_ ? "; Secure" : "");
}

std::string Access::logout_cookie() const {
    return std::string(cookie_name) + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict" +
           (secure_ ? "; Secure" : "");
}

bool has_login_cookie(const Request& request) {
    return !cookie_value(request).empty();
}

bool is_public_path(std::string_view path) {
    return path == "/healthz" || path == "/readyz" || path == "/login" || path.starts_with("/ui/");
}

std::string local_path(std::string_view next) {
    const auto harmless = [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; };
    const bool path = next.starts_with('/') && !next.starts_with("//");
    return std::string(path && std::all_of(next.begin(), next.end(), harmless) ? next : "/");
}

}  // namespace cedar::host::http
