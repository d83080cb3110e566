#include "host/services/llm/json_field_tap.hpp"

namespace cedar::host::services::llm {

namespace {

constexpr std::size_t kDepthMax = 64, kKeyBytesMax = 256;
constexpr std::uint32_t kHighSurrogate = 0xD800, kLowSurrogate = 0xDC00, kSurrogateEnd = 0xE000;
constexpr std::uint32_t kReplacement = 0xFFFD;

void append_utf8(std::string& out, std::uint32_t point) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) return put(point);
    if (point < 0x800) {
        put(0xC0 | (point >> 6));
    } else if (point < 0x10000) {
        put(0xE0 | (point >> 12));
        put(0x80 | ((point >> 6) & 0x3F));
    } else {
        put(0xF0 | (point >> 18));
        put(0x80 | ((point >> 12) & 0x3F));
        put(0x80 | ((point >> 6) & 0x3F));
    }
    put(0x80 | (point & 0x3F));
}

std::uint32_t hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
    return 0;
}

char plain_escape(char c) {
    switch (c) {
        case 'n': return '\n';
        case 't': return '\t';
        case 'r': return '\r';
        case 'b': return '\b';
        case 'f': return '\f';
        default: return c;
    }
}

}  // namespace

void JsonFieldTap::feed(std::string_view piece, std::string& out) {
    for (const char c : piece) {
        if (dead_) return;
        in_string_ ? inside(c, out) : outside(c);
    }
}

void JsonFieldTap::outside(char c) {
    switch (c) {
        case '{':
        case '[':
            if (levels_.size() == kDepthMax) {
                dead_ = true;
                return;
            }
            levels_.push_back({c == '{', path_.size()});
            if (c == '[') path_ += "[]";  // equal to no wanted path
            expects_key_ = c == '{';
            return;
        case '}':
        case ']':
            if (levels_.empty()) return;
            path_.resize(levels_.back().path_bytes);
            levels_.pop_back();
            return;
        case ':':
            if (!path_.empty()) path_ += '.';
            path_ += key_;
            expects_key_ = false;
            return;
        case ',':
            if (levels_.empty() || !levels_.back().object) return;
            path_.resize(levels_.back().path_bytes);
            expects_key_ = true;
            return;
        case '"':
            in_string_ = true;
            is_key_ = expects_key_;
            wanted_here_ = !is_key_ && path_ == wanted_;
            if (is_key_) key_.clear();
            return;
        default: return;
    }
}

void JsonFieldTap::inside(char c, std::string& out) {
    if (escaped_) return escape(c, out);
    if (c == '"') {
        if (wanted_here_ && high_ != 0) append_utf8(out, kReplacement);
        high_ = 0;
        in_string_ = false;
    } else if (c == '\\') {
        escaped_ = true;
    } else if (is_key_) {
        if (key_.size() < kKeyBytesMax) key_ += c;
    } else if (wanted_here_) {
        out += c;
    }
}

void JsonFieldTap::escape(char c, std::string& out) {
    if (hex_left_ > 0) {
        unit_ = unit_ * 16 + hex_digit(c);
        if (--hex_left_ == 0) {
            escaped_ = false;
            if (wanted_here_) code_unit(out);
        }
        return;
    }
    if (c == 'u') {
        hex_left_ = 4;
        unit_ = 0;
        return;
    }
    escaped_ = false;
    if (is_key_ && key_.size() < kKeyBytesMax) key_ += plain_escape(c);
    if (wanted_here_) out += plain_escape(c);
}

void JsonFieldTap::code_unit(std::string& out) {
    const bool low = unit_ >= kLowSurrogate && unit_ < kSurrogateEnd;
    if (high_ != 0) {
        const auto pair = 0x10000 + ((high_ - kHighSurrogate) << 10) + (unit_ - kLowSurrogate);
        append_utf8(out, low ? pair : kReplacement);
        high_ = 0;
        if (low) return;
    }
    if (unit_ >= kHighSurrogate && unit_ < kLowSurrogate) {
        high_ = unit_;
    } else {
        append_utf8(out, low ? kReplacement : unit_);
    }
}

}  // namespace cedar::host::services::llm
