#pragma once
#include "host/core/error.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host {

// A regular expression of the `pattern` keyword: the part of ECMA 262 that can be run in linear time. Literals,
// `.`, classes, \d \w \s \D \W \S, \n \r \t \f \v, \uXXXX, escaped punctuation, ^ $, ( ) (?: ), |, and one of
// * + ? {n} {n,} {n,m} (counts up to 256) after an item. No look-around, no back references, no lazy quantifier:
// refused by name. Matches code points, anywhere in the text unless anchored.
// Private to core. Source: R. Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009).
class Pattern {
public:
    static constexpr std::size_t kMaxBytes = 1024;
    static constexpr std::size_t kMaxInstructions = 2048;

    // Error invalid_argument: what was expected and at which byte of the pattern.
    [[nodiscard]] static Result<Pattern> compile(std::string_view text);

    // `steps` is counted down by the work done and stays at 0 when it is used up; then the answer is false and
    // means nothing. `text` is well-formed UTF-8.
    [[nodiscard]] bool search(std::string_view text, std::uint64_t& steps) const;

    [[nodiscard]] const std::string& text() const { return text_; }

    // Code points: sorted or not, ranges may overlap; the first 128 are also in `ascii`.
    struct Set {
        std::vector<std::pair<char32_t, char32_t>> ranges;
        bool negated = false;
        std::bitset<128> ascii;
        [[nodiscard]] bool contains(char32_t c) const;
    };
    enum class Op : std::uint8_t { set, split, jump, begin, end, match };
    struct Instruction {
        Op op;
        std::uint32_t x = 0, y = 0;  // set: index; jump: target; split: both targets
    };

private:
    std::string text_;
    std::vector<Set> sets_;
    std::vector<Instruction> program_;
};

}  // namespace cedar::host
