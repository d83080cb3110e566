#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::store {

inline constexpr std::size_t kQueryWordsMax = 64;   // distinct words of a query that count
inline constexpr std::size_t kLiteralWordsMax = 8;  // of those, words looked for letter by letter

// What a user's text asks of the index.
struct FtsQuery {
    // An FTS5 expression: each word quoted, OR-ed; never a syntax error. Empty when no word can be in the index.
    std::string match;
    // Words (ASCII letters in lower case) that the index cannot tell apart or find whole, looked for in the text
    // itself: the tokenizer reads "C++" and "C#" as "c", takes a run of Chinese or Japanese as one word, and drops
    // "🎉".
    struct Literal {
        std::string word;
        bool indexed = false;  // the index finds at least every text that has it
    };
    std::vector<Literal> literals;
};

// No query syntax: quotes, `*`, `NEAR(`, `AND` are ordinary words or nothing. Common English words are left out
// unless there are no others. `text` may be any bytes, of any length. Thread: any.
[[nodiscard]] FtsQuery to_fts_query(std::string_view text);

}  // namespace cedar::host::store
