#include "host/core/schema_pattern_parse.hpp"

#include "host/core/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace cedar::host {
namespace {

constexpr unsigned kMaxGroups = 16;  // nesting
constexpr std::uint32_t kMaxCount = 256;
constexpr char32_t kLast = 0x10FFFF;

using Ranges = std::vector<std::pair<char32_t, char32_t>>;
using Kind = PatternTree::Kind;

const Ranges kDigits{{'0', '9'}};
const Ranges kWords{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const Ranges kSpaces{{'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
                     {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
const Ranges kLineEnds{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};

// Of sorted, disjoint ranges.
Ranges complement(const Ranges& ranges) {
    Ranges out;
    char32_t from = 0;
    for (const auto& [first, last] : ranges) {
        if (first > from) out.emplace_back(from, first - 1);
        from = last + 1;
    }
    out.emplace_back(from, kLast);
    return out;
}

const Ranges* class_of(char letter) {
    static const Ranges not_digits = complement(kDigits), not_words = complement(kWords),
                        not_spaces = complement(kSpaces);
    switch (letter) {
        case 'd': return &kDigits;
        case 'w': return &kWords;
        case 's': return &kSpaces;
        case 'D': return &not_digits;
        case 'W': return &not_words;
        case 'S': return &not_spaces;
        default: return nullptr;
    }
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<PatternTree> run() {
        const auto root = choice(0);
        if (!error_ && at_ < text_.size()) fail("nothing after the pattern");
        if (error_) return std::move(*error_);
        tree_.root = root;
        return std::move(tree_);
    }

private:
    std::uint32_t choice(unsigned depth) {
        std::vector<std::uint32_t> branches{sequence(depth)};
        while (!error_ && peek() == '|') {
            ++at_;
            branches.push_back(sequence(depth));
        }
        if (branches.size() == 1) return branches.front();
        return add({Kind::choice, 0, 0, 0, std::move(branches)});
    }

    std::uint32_t sequence(unsigned depth) {
        std::vector<std::uint32_t> items;
        while (!error_ && at_ < text_.size() && peek() != '|' && peek() != ')') items.push_back(repeated(depth));
        if (items.empty()) return add({});
        return items.size() == 1 ? items.front() : add({Kind::sequence, 0, 0, 0, std::move(items)});
    }

    std::uint32_t repeated(unsigned depth) {
        const auto item = atom(depth);
        PatternTree::Node repeat{Kind::repeat, 0, 0, PatternTree::kNoLimit, {item}};
        switch (error_ ? '\0' : peek()) {
            case '*': break;
            case '+': repeat.min = 1; break;
            case '?': repeat.max = 1; break;
            case '{':
                if (!counts(repeat.min, repeat.max)) return item;
                break;
            default: return item;
        }
        ++at_;
        const auto kind = tree_.nodes[item].kind;
        if (kind == Kind::begin || kind == Kind::end) fail("an item that can be repeated before the quantifier");
        if (std::string_view("*+?{").find(peek()) != std::string_view::npos && peek() != '\0')
            fail("one quantifier an item");
        return add(std::move(repeat));
    }

    // {n} {n,} {n,m}; stops at the closing brace.
    bool counts(std::uint32_t& min, std::uint32_t& max) {
        ++at_;
        if (!count(min)) return false;
        max = min;
        if (peek() == ',') {
            ++at_;
            max = PatternTree::kNoLimit;
            if (peek() != '}' && !count(max)) return false;
        }
        if (peek() != '}') return fail("'}'");
        return min <= max || fail("a second count that is not below the first");
    }

    bool count(std::uint32_t& value) {
        const auto* const end = text_.data() + text_.size();
        const auto [stop, problem] = std::from_chars(text_.data() + at_, end, value);
        if (problem != std::errc{} || value > kMaxCount) return fail("a count from 0 to 256");
        at_ += static_cast<std::size_t>(stop - (text_.data() + at_));
        return true;
    }

    std::uint32_t atom(unsigned depth) {
        switch (peek()) {
            case '^': ++at_; return add({Kind::begin, 0, 0, 0, {}});
            case '$': ++at_; return add({Kind::end, 0, 0, 0, {}});
            case '.': ++at_; return add_set(kLineEnds, true);
            case '(': return group(depth);
            case '[': return bracket();
            case '\\': return escaped();
            case '*':
            case '+':
            case '?':
            case '{':
            case '}':
            case ']': fail("an item; escape it to mean itself"); return 0;
            default: break;
        }
        const auto c = literal();
        return add_set({{c, c}}, false);
    }

    std::uint32_t group(unsigned depth) {
        ++at_;
        if (depth == kMaxGroups) fail("at most 16 groups inside each other");
        if (peek() == '?') {
            if (text_.substr(at_, 2) != "?:") fail("(?: or a plain group; look-around and names are not supported");
            at_ += 2;
        }
        if (error_) return 0;
        const auto inner = choice(depth + 1);
        if (!error_ && peek() != ')') fail("')'");
        ++at_;
        // An anchor in a group stays an anchor; wrapped, so that a quantifier sees a group.
        return error_ ? 0 : add({Kind::sequence, 0, 0, 0, {inner}});
    }

    std::uint32_t escaped() {
        if (const auto* ranges = at_ + 1 < text_.size() ? class_of(text_[at_ + 1]) : nullptr) {
            at_ += 2;
            return add_set(*ranges, false);
        }
        const auto c = escape();
        return add_set({{c, c}}, false);
    }

    std::uint32_t bracket() {
        ++at_;
        const bool negated = peek() == '^';
        if (negated) ++at_;
        Ranges ranges;
        do {
            if (at_ >= text_.size()) fail("']'");
            if (!error_ && ranges.empty() && peek() == ']') fail("at least one character in the class");
            if (!error_) bracket_item(ranges);
        } while (!error_ && peek() != ']');
        ++at_;
        return error_ ? 0 : add_set(std::move(ranges), negated);
    }

    void bracket_item(Ranges& ranges) {
        if (peek() == '\\' && at_ + 1 < text_.size()) {
            if (const auto* known = class_of(text_[at_ + 1])) {
                at_ += 2;
                ranges.insert(ranges.end(), known->begin(), known->end());
                return;
            }
        }
        const auto first = bracket_character();
        auto last = first;
        if (peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
            ++at_;
            last = bracket_character();
        }
        if (last < first) fail("a range that goes up");
        ranges.emplace_back(first, last);
    }
    char32_t bracket_character() { return peek() == '\\' ? escape() : literal(); }

    char32_t escape() {
        static constexpr std::string_view kLetters = "nrtfv", kMeanings = "\n\r\t\f\v";
        ++at_;
        const char c = peek();
        if (const auto i = kLetters.find(c); at_ < text_.size() && i != std::string_view::npos) {
            ++at_;
            return static_cast<unsigned char>(kMeanings[i]);
        }
        if (c == 'u') return unicode_escape();
        if (c < 0x21 || c > 0x7E || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
            fail("one of d w s D W S n r t f v u or punctuation after the backslash");
            return 0;
        }
        ++at_;
        return static_cast<unsigned char>(c);
    }

    char32_t unicode_escape() {
        std::uint32_t value = 0;
        const auto digits = text_.substr(at_ + 1, 4);
        const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (problem != std::errc{} || digits.size() < 4 || stop != digits.data() + 4 || (value >> 11U) == 0x1B) {
            fail("four hex digits of a code point that is no surrogate");
            return 0;
        }
        at_ += 5;
        return value;
    }

    char32_t literal() {
        const auto rest = text_.substr(at_);
        const auto length = utf8_sequence(rest);
        if (length == 0) {
            fail("well-formed UTF-8");
            return 0;
        }
        at_ += length;
        return utf8_decode(rest.substr(0, length));
    }

    std::uint32_t add_set(Ranges ranges, bool negated) {
        Pattern::Set set{std::move(ranges), negated, {}};
        for (char32_t c = 0; c < 128; ++c) {
            const bool in = std::any_of(set.ranges.begin(), set.ranges.end(),
                                        [c](const auto& range) { return c >= range.first && c <= range.second; });
            set.ascii.set(c, in != negated);
        }
        tree_.sets.push_back(std::move(set));
        return add({Kind::set, static_cast<std::uint32_t>(tree_.sets.size() - 1), 0, 0, {}});
    }
    std::uint32_t add(PatternTree::Node node) {
        tree_.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool fail(std::string_view expected) {
        if (!error_)
            error_ = Error{ErrorCode::invalid_argument,
                           "pattern: byte " + std::to_string(at_) + ": expected " + std::string(expected),
                           {}};
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    PatternTree tree_;
    std::optional<Error> error_;
};

}  // namespace

Result<PatternTree> parse_pattern(std::string_view text) {
    if (text.size() > Pattern::kMaxBytes)
        return Error{ErrorCode::invalid_argument,
                     "pattern: expected at most 1024 bytes, got " + std::to_string(text.size()),
                     {}};
    return Parser(text).run();
}

}  // namespace cedar::host
