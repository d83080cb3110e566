#include "host/http/access.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
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

std::int64_t seconds_of(UtcTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

Access::Access(std::string token, std::chrono::milliseconds login_time, bool secure)
    : token_(std::move(token)),
      login_time_(std::chrono::duration_cast<std::chrono::seconds>(login_time)),
      secure_(secure) {}

std::string Access::code_of(std::string_view text) const {
    return hmac(token_, text);
}

bool Access::is_token(std::string_view text) const {
    return !token_.empty() && same_code(code_of(text), code_of(token_));
}

bool Access::is_cookie(std::string_view value, UtcTime now) const {
    const auto dot = value.find('.');
    if (dot == std::string_view::npos || dot > 15) return false;
    std::int64_t until = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + dot, until);
    if (error != std::errc() || end != value.data() + dot) return false;
    const auto code = code_of("cedar login until " + std::string(value.substr(0, dot)));
    return same_code(value.substr(dot + 1), code) && seconds_of(now) < until;
}

Access::Proof Access::proof(const Request& request, UtcTime now) const {
    constexpr std::string_view scheme = "Bearer ";
    const auto given = request.field("Authorization");
    if (equal_ignoring_case(given.substr(0, scheme.size()), scheme) && is_token(trim(given.substr(scheme.size()))))
        return Proof::bearer;
    const auto cookie = cookie_value(request);
    return !token_.empty() && is_cookie(cookie, now) ? Proof::cookie : Proof::none;
}

std::string Access::login_cookie(UtcTime now) const {
    const auto until = std::to_string(seconds_of(now + login_time_));
    return std::string(cookie_name) + "=" + until + "." + code_of("cedar login until " + until) +
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
