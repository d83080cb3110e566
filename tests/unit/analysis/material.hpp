#pragma once
#include "plugins/analysis/passages.hpp"

namespace analysis {

// Two passages, 1:000000 of a.md and 2:000001 of b.md.
inline Material two_passages() {
    return material("How long?",
                    {{"1:000000", 1, "a.md", 0, 29, "A run takes at most a minute.", 2},
                     {"2:000001", 2, "b.md", 0, 30, "A run takes up to ten minutes.", 1}},
                    {});
}

// "read", or the code and message of the Error that `work` throws.
template <class Work>
std::string problem_of(Work work) {
    try {
        work();
        return "read";
    } catch (const cedar::Error& error) {
        return error.code + ": " + error.message;
    }
}

}  // namespace analysis
