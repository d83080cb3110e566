#pragma once
#include <cstddef>
#include <string_view>

namespace cedar::detail {

// Whether a text is one JSON value; used at compile time on what authors write into a manifest.
// Source: RFC 8259.
class JsonText {
public:
    explicit constexpr JsonText(std::string_view text) : text_(text) {}

    [[nodiscard]] constexpr bool valid() {
        const bool one = value(0);
        space();
        return one && at_ == text_.size();
    }

private:
    [[nodiscard]] constexpr char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    constexpr bool take(char expected) {
        if (peek() != expected) return false;
        ++at_;
        return true;
    }
    constexpr void space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
    }
    constexpr bool word(std::string_view expected) {
        if (text_.substr(at_, expected.size()) != expected) return false;
        at_ += expected.size();
        return true;
    }
    constexpr bool value(int depth) {
        if (depth > 32) return false;
        space();
        switch (peek()) {
            case '{': return list('}', depth, true);
            case '[': return list(']', depth, false);
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }
    constexpr bool list(char close, int depth, bool keyed) {
        ++at_;
        space();
        if (take(close)) return true;
        do {
            space();
            if (keyed && !(string() && (space(), take(':')))) return false;
            if (!value(depth + 1)) return false;
            space();
        } while (take(','));
        return take(close);
    }
    constexpr bool string() {
        if (!take('"')) return false;
        while (at_ < text_.size() && peek() != '"') {
            if (static_cast<unsigned char>(peek()) < 0x20) return false;
            if (take('\\') ? !escape() : (++at_, false)) return false;
        }
        return take('"');
    }
    constexpr bool escape() {
        if (take('u')) {
            for (int digit = 0; digit < 4; ++digit, ++at_) {
                if (std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos) return false;
            }
            return true;
        }
        if (std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos) return false;
        ++at_;
        return true;
    }
    constexpr bool digits() {
        const std::size_t begin = at_;
        while (peek() >= '0' && peek() <= '9') ++at_;
        return at_ != begin;
    }
    constexpr bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace cedar::detail
