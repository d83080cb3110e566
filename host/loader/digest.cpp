#include "host/loader/digest.hpp"

#include "host/core/check.hpp"

#include <openssl/evp.h>

#include <array>
#include <string_view>

namespace cedar::host::loader {

std::string to_hex(std::span<const std::byte> bytes, char separator) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * (separator == '\0' ? 2 : 3));
    for (const std::byte byte : bytes) {
        const auto value = std::to_integer<unsigned>(byte);
        if (separator != '\0' && !text.empty()) text += separator;
        text += kDigits[value >> 4];
        text += kDigits[value & 15];
    }
    return text;
}

std::string sha256_hex(std::span<const std::byte> bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    // Fails only where no provider has SHA-256: a broken installation, not a state to run on in.
    CEDAR_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    return to_hex(std::as_bytes(std::span(digest)).first(size));
}

}  // namespace cedar::host::loader
