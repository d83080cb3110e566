#include "answer.hpp"

#include <algorithm>

namespace analysis {
namespace {

// "7:000001", as the store makes them: what looks like an id in brackets is one.
bool looks_like_id(std::string_view text) {
    const auto colon = text.find(':');
    return colon != std::string_view::npos && colon != 0 && colon + 1 < text.size() &&
           text.find_first_not_of("0123456789:") == std::string_view::npos;
}

// "[1:000001, 1:000002]": each of them.
void collect(std::string_view inside, std::vector<std::string>& ids) {
    while (!inside.empty()) {
        const auto comma = std::min(inside.find_first_of(",; "), inside.size());
        if (looks_like_id(inside.substr(0, comma))) ids.emplace_back(inside.substr(0, comma));
        inside.remove_prefix(std::min(comma + 1, inside.size()));
    }
}

std::vector<std::string> ids_in(std::string_view text) {
    std::vector<std::string> ids;
    while (true) {
        const auto open = text.find('[');
        const auto close = open == std::string_view::npos ? open : text.find(']', open);
        if (close == std::string_view::npos) return ids;
        collect(text.substr(open + 1, close - open - 1), ids);
        text.remove_prefix(close + 1);
    }
}

}  // namespace

Answer checked(const Drafted& drafted, const Material& material) {
    auto ids = drafted.citations;
    const auto inside = ids_in(drafted.answer);
    ids.insert(ids.end(), inside.begin(), inside.end());
    Answer out{drafted.found, drafted.answer, {}};
    for (const auto& id : ids) {
        const Citation citation{id, given(material, id).source};
        if (std::find(out.citations.begin(), out.citations.end(), citation) == out.citations.end())
            out.citations.push_back(citation);
    }
    if (out.found && out.citations.empty())
        throw cedar::Error("invalid_output", "expected an answer that cites a passage, the model cites none");
    if (out.found && out.answer.find_first_not_of(" \t\r\n") == std::string::npos)
        throw cedar::Error("invalid_output", "expected an answer, the model gave a blank one");
    return out;
}

Answer nothing_found() {
    return {false, "No passage of the project's documents matches the question.", {}};
}

}  // namespace analysis
