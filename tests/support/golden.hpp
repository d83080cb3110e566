#pragma once
#include "tests/support/source_tree.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace cedar::host {

// EXPECT_TRUE(matches_golden("run_plain.txt", text)): compares with tests/golden/run_plain.txt. With
// CEDAR_UPDATE_GOLDEN=1 in the environment it writes the file instead; read the difference before you commit it.
[[nodiscard]] inline testing::AssertionResult matches_golden(const std::string& name, const std::string& text) {
    const auto path = in_source_tree("tests/golden/" + name);
    const char* update = std::getenv("CEDAR_UPDATE_GOLDEN");
    if (update != nullptr && std::string_view(update) == "1") {
        std::ofstream out(path, std::ios::binary);
        out << text;
        return out.good() ? testing::AssertionSuccess() : testing::AssertionFailure() << "cannot write " << path;
    }
    std::ifstream in(path, std::ios::binary);
    const std::string expected{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (expected == text) return testing::AssertionSuccess();
    return testing::AssertionFailure() << name << " differs (CEDAR_UPDATE_GOLDEN=1 writes it anew)\nexpected:\n"
                                       << expected << "\ngot:\n"
                                       << text;
}

// Puts "*" for the text between `before` and the next `after`, everywhere: for fields that differ each time.
[[nodiscard]] inline std::string masked(std::string text, std::string_view before, std::string_view after) {
    for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
        at += before.size();
        const auto end = text.find(after, at);
        if (end == std::string::npos) break;
        text.replace(at, end - at, "*");
    }
    return text;
}

}  // namespace cedar::host
