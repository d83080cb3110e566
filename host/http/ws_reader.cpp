#include "host/http/ws_reader.hpp"

#include "host/http/ws_inflate.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cedar::host::http {
namespace {

constexpr std::size_t kept_bytes = 4096;  // of room for messages in pieces, between them

// Eight octets at a time. `mask` begins with the octet for the first.
void unmask(std::span<char> text, const std::array<std::uint8_t, 8>& mask) {
    std::uint64_t key = 0;
    std::memcpy(&key, mask.data(), sizeof key);
    if (key == 0) return;
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        word ^= key;
        std::memcpy(text.data() + at, &word, sizeof word);
    }
    for (; at < text.size(); ++at)
        text[at] = static_cast<char>(static_cast<std::uint8_t>(text[at]) ^ mask.at(at % mask.size()));
}

// Of a close frame with a payload. Source: RFC 6455 section 7.4, IANA's registry of close codes.
bool may_be_sent(unsigned code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

WsReader::Said broken(CloseCode code) {
    return {WsReader::What::broken, {}, code};
}

WsReader::Said closed(std::string_view payload) {
    if (payload.empty()) return {WsReader::What::close};
    if (payload.size() == 1) return broken(CloseCode::protocol);
    const auto octet = [&](std::size_t at) {
        return static_cast<unsigned>(static_cast<unsigned char>(payload[at]));
    };
    Utf8Check reason;
    if (!may_be_sent(octet(0) << 8U | octet(1)) || !reason.take(payload.substr(2)) || !reason.whole())
        return broken(CloseCode::protocol);
    return {WsReader::What::close, payload.substr(0, 2)};
}

}  // namespace

// What was told last is no longer needed.
void WsReader::forget_told() {
    if (std::exchange(told_control_, false)) control_.clear();
    if (!std::exchange(told_, false)) return;
    message_.clear();
    if (message_.capacity() > kept_bytes) message_.shrink_to_fit();
}

WsReader::Said WsReader::next(std::span<char>& octets, SteadyTime now) {
    forget_told();
    for (;;) {
        const bool headed = take_header(octets);
        if (!opened_ && header_filled_ >= 2 && header_filled_ >= length_end()) {
            if (const auto refused = open_frame(now)) return broken(*refused);
        }
        if (!headed) return {};
        const auto part = take_payload(octets);
        if (control()) {
            const auto said = take_control(part);
            if (said.what != What::nothing || left_ > 0) return said;
        } else if (const auto said = take_data(part)) {
            return *said;
        }
    }
}

// Up to the length: what it claims is refused before the mask has come.
std::size_t WsReader::length_end() const {
    const unsigned length = header_[1] & 0x7fU;
    return length == 126 ? 4 : length == 127 ? 10 : 2;
}

std::size_t WsReader::header_size() const {
    if (header_filled_ < 2) return 2;
    return length_end() + ((header_[1] & 0x80U) != 0 ? 4 : 0);
}

// False: the header is not whole yet.
bool WsReader::take_header(std::span<char>& octets) {
    while (header_filled_ < header_size()) {
        const auto part = std::min(header_size() - header_filled_, octets.size());
        if (part == 0) return false;
        std::memcpy(header_.data() + header_filled_, octets.data(), part);
        header_filled_ = static_cast<std::uint8_t>(header_filled_ + part);
        octets = octets.subspan(part);
    }
    return true;
}

std::uint64_t WsReader::payload_size() const {
    const unsigned length = header_[1] & 0x7fU;
    if (length < 126) return length;
    std::uint64_t size = 0;
    for (std::size_t i = 2; i < length_end(); ++i) size = size << 8U | header_.at(i);
    return size;
}

WsReader::Refusal WsReader::open_frame(SteadyTime now) {
    opened_ = true;
    taken_ = 0;
    left_ = payload_size();
    if ((header_[1] & 0x80U) == 0) return CloseCode::protocol;  // not masked
    return control() ? open_control(now) : open_data();
}

WsReader::Refusal WsReader::open_control(SteadyTime now) {
    if (opcode() > 10 || !last() || (header_[0] & 0x70U) != 0 || left_ > 125) return CloseCode::protocol;
    if (now - window_start_ >= window) {
        window_start_ = now;
        controls_ = 0;
    }
    if (++controls_ > bounds_.controls) return CloseCode::policy;
    return std::nullopt;
}

WsReader::Refusal WsReader::open_data() {
    const bool first = opcode() != 0;
    if (opcode() > 2 || first == in_message_) return CloseCode::protocol;
    if ((header_[0] & (inflates_ && first ? 0x30U : 0x70U)) != 0) return CloseCode::protocol;
    const auto least = length_end() == 4 ? 126U : length_end() == 10 ? 65536U : 0U;
    if (left_ < least || left_ >> 63U != 0) return CloseCode::protocol;  // the shortest form, no top bit
    if (left_ > bounds_.message_bytes - message_.size()) return CloseCode::too_big;
    if (first) {
        in_message_ = true;
        text_ = opcode() == 1;
        packed_ = (header_[0] & 0x40U) != 0;
        fragments_ = 0;
        utf8_ = {};
    }
    if (++fragments_ > bounds_.fragments) return CloseCode::policy;
    return std::nullopt;
}

std::string_view WsReader::take_payload(std::span<char>& octets) {
    const auto part = octets.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, octets.size())));
    octets = octets.subspan(part.size());
    std::array<std::uint8_t, 8> mask{};
    for (std::size_t i = 0; i < mask.size(); ++i) mask.at(i) = header_.at(length_end() + (taken_ + i) % 4);
    unmask(part, mask);
    taken_ += part.size();
    left_ -= part.size();
    return {part.data(), part.size()};
}

WsReader::Said WsReader::take_control(std::string_view part) {
    if (left_ > 0 || !control_.empty()) part = control_.append(part);
    if (left_ > 0) return {};
    header_filled_ = 0;
    opened_ = false;
    told_control_ = true;
    if (opcode() == 8) return closed(part);
    return {opcode() == 9 ? What::ping : What::pong, part};
}

// Nothing: go on with the next frame. What::nothing: more octets are needed.
std::optional<WsReader::Said> WsReader::take_data(std::string_view part) {
    if (text_ && !packed_ && !utf8_.take(part)) return broken(CloseCode::invalid_data);
    if (left_ > 0 || !last() || packed_ || !message_.empty()) part = message_.append(part);
    if (left_ > 0) return Said{};
    header_filled_ = 0;
    opened_ = false;
    if (!last()) return std::nullopt;
    in_message_ = false;
    told_ = true;
    return whole_message(part);
}

WsReader::Said WsReader::whole_message(std::string_view text) {
    if (packed_) {
        const auto inflated = inflate_message(text, bounds_.message_bytes);
        if (!inflated) {
            const bool large = inflated.error().code == ErrorCode::limit;
            return broken(large ? CloseCode::too_big : CloseCode::invalid_data);
        }
        message_ = std::move(*inflated);
        text = message_;
        if (text_ && !utf8_.take(text)) return broken(CloseCode::invalid_data);
    }
    if (text_ && !utf8_.whole()) return broken(CloseCode::invalid_data);
    return {text_ ? What::text : What::binary, text};
}

}  // namespace cedar::host::http
