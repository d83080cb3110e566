#include "tools/bench/node_baseline.hpp"

#include <array>
#include <cstdio>
#include <sstream>

namespace cedar::bench {

std::map<std::string, double> node_baseline(const std::string& script) {
    std::map<std::string, double> figures;
    FILE* pipe = ::popen(("node '" + script + "' 2>/dev/null").c_str(), "r");
    if (pipe == nullptr) return figures;
    std::string text;
    std::array<char, 1024> block{};
    while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe))
        text.append(block.data(), size);
    ::pclose(pipe);
    std::istringstream lines(text);
    std::string name;
    for (double value = 0; lines >> name >> value;) figures[name] = value;
    return figures;
}

}  // namespace cedar::bench
