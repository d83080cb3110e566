#include "host/core/json_scan.hpp"

#include "host/core/json_keys.hpp"
#include "host/core/json_numbers.hpp"
#include "host/core/plain_text.hpp"
#include "host/core/utf8.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

namespace cedar::host {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

class Scanner {
public:
    Scanner(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

    Result<JsonScan> run() {
        if (text_.size() > limits_.max_bytes)
            return Error{ErrorCode::limit,
                         "JSON: expected at most " + std::to_string(limits_.max_bytes) + " bytes, got " +
                             std::to_string(text_.size()),
                         {}};
        if (!document()) return std::move(*error_);
        return scan_;
    }

private:
    enum class Step { open, complete, failed };

    bool document() {
        for (;;) {
            skip_space();
            const auto step = value();
            if (step == Step::failed) return false;
            if (step == Step::open) continue;
            bool done = false;
            if (!after_value(done)) return false;
            if (done) return at_ == text_.size() || fail("nothing after the value");
        }
    }

    // Reads a scalar or an empty container whole (complete), or the start of one up to its first value (open).
    Step value() {
        switch (peek()) {
            case '{': return begin(true);
            case '[': return begin(false);
            case '"': return string() ? Step::complete : Step::failed;
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number() ? Step::complete : Step::failed;
        }
    }

    Step begin(bool object) {
        if (levels_.size() == limits_.max_depth) {
            fail_with(ErrorCode::limit,
                      "expected at most " + std::to_string(limits_.max_depth) + " levels of nesting");
            return Step::failed;
        }
        ++at_;
        skip_space();
        if (peek() == (object ? '}' : ']')) {
            ++at_;
            return Step::complete;
        }
        levels_.push(object);
        return !object || key() ? Step::open : Step::failed;
    }

    // After a value: closes the containers that end here and stops before the next value.
    bool after_value(bool& done) {
        for (;;) {
            skip_space();
            if (levels_.empty()) {
                done = true;
                return true;
            }
            const bool object = levels_.in_object();
            const char c = peek();
            if (c == ',') {
                ++at_;
                skip_space();
                return !object || key();
            }
            if (c != (object ? '}' : ']')) return fail(object ? "',' or '}'" : "',' or ']'");
            ++at_;
            levels_.pop();
        }
    }

    bool key() {
        const auto start = at_ + 1;
        if (peek() != '"') return fail("a key in quotes");
        escaped_ = false;
        if (!string()) return false;
        const auto raw = text_.substr(start, at_ - 1 - start);
        if (limits_.unique_keys && !levels_.add_key(raw, escaped_)) {
            at_ = start - 1;
            return fail_with(ErrorCode::invalid_argument,
                             "expected each key once, got \"" + shown_key(raw) + "\" again");
        }
        skip_space();
        if (peek() != ':') return fail("':'");
        ++at_;
        return true;
    }

    bool string() {
        ++at_;
        for (;;) {
            at_ += plain_prefix(text_.substr(at_));
            if (at_ == text_.size()) return fail("'\"' at the end of the string");
            const auto c = static_cast<unsigned char>(text_[at_]);
            if (c == '"') {
                ++at_;
                return true;
            }
            if (c == '\\') {
                if (!escape()) return false;
            } else if (c < 0x20) {
                return fail("an escape for a control character");
            } else {
                const auto length = utf8_sequence(text_.substr(at_));
                if (length == 0) return fail("well-formed UTF-8");
                at_ += length;
            }
        }
    }

    bool escape() {
        escaped_ = true;
        ++at_;
        if (peek() != 'u') {
            if (peek() == '\0' || std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos)
                return fail("one of \"\\/bfnrtu after the backslash");
            ++at_;
            return true;
        }
        const auto first = hex4();
        if (!first) return false;
        if (*first >= 0xDC00 && *first <= 0xDFFF) return fail("a high surrogate before the low one");
        if (*first < 0xD800 || *first > 0xDBFF) return true;
        if (text_.substr(at_, 2) != "\\u") return fail("a low surrogate (\\uDC00 to \\uDFFF)");
        ++at_;
        const auto second = hex4();
        if (!second) return false;
        return (*second >= 0xDC00 && *second <= 0xDFFF) || fail("a low surrogate (\\uDC00 to \\uDFFF)");
    }

    std::optional<unsigned> hex4() {
        ++at_;
        unsigned value = 0;
        const auto digits = text_.substr(std::min(at_, text_.size()), 4);
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (problem != std::errc{} || digits.size() < 4 || end != digits.data() + 4) {
            fail("four hex digits after \\u");
            return std::nullopt;
        }
        at_ += 4;
        return value;
    }

    bool number() {
        const auto start = at_;
        if (!spell_number(start)) return false;
        const auto number = text_.substr(start, at_ - start);
        if (!is_hard_number(number)) return true;
        scan_.hard_numbers = true;
        if (read_double(number)) return true;
        at_ = start;
        return fail_with(ErrorCode::invalid_argument, "expected a number within the range of a double");
    }

    bool spell_number(std::size_t start) {
        if (peek() == '-') ++at_;
        if (!is_digit(peek())) return at_ == start ? fail("a value") : fail("a digit");
        if (peek() == '0') {
            ++at_;
        } else {
            skip_digits();
        }
        if (peek() == '.') {
            ++at_;
            if (!is_digit(peek())) return fail("a digit after the point");
            skip_digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!is_digit(peek())) return fail("a digit in the exponent");
            skip_digits();
        }
        return true;
    }

    Step word(std::string_view expected) {
        if (text_.substr(at_, expected.size()) != expected) {
            fail("a value");
            return Step::failed;
        }
        at_ += expected.size();
        return Step::complete;
    }

    // NUL stands for the end: it is nowhere valid, so that no branch takes it for something else.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_digits() {
        while (is_digit(peek())) ++at_;
    }
    void skip_space() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
            ++at_;
    }

    bool fail(std::string_view expected) {
        return fail_with(ErrorCode::invalid_argument,
                         "expected " + std::string(expected) + ", got " + what_is_here());
    }
    bool fail_with(ErrorCode code, const std::string& message) {
        error_ = Error{code, "JSON: byte " + std::to_string(at_) + ": " + message, {}};
        return false;
    }
    [[nodiscard]] std::string what_is_here() const {
        if (at_ >= text_.size()) return "the end";
        const auto c = static_cast<unsigned char>(text_[at_]);
        if (c > 0x20 && c < 0x7F) return std::string("'") + text_[at_] + "'";
        char hex[16];
        std::snprintf(hex, sizeof hex, "byte 0x%02x", static_cast<unsigned>(c));
        return hex;
    }

    std::string_view text_;
    const JsonLimits& limits_;
    std::size_t at_ = 0;
    bool escaped_ = false;
    JsonLevels levels_;
    JsonScan scan_;
    std::optional<Error> error_;
};

}  // namespace

Result<JsonScan> scan_json(std::string_view text, const JsonLimits& limits) {
    return Scanner(text, limits).run();
}

}  // namespace cedar::host
