#include "passages.hpp"

#include <cedar/untrusted.hpp>

#include <algorithm>

namespace analysis {
namespace {

constexpr std::size_t kBytesPerToken = 4;
constexpr std::size_t kShownId = 60;  // of an id that a model made up, in a message

}  // namespace

std::vector<cedar::Passage> find_passages(const Question& question, const Config& config, cedar::Context& context) {
    if (question.passages) return *question.passages;
    if (question.query.find_first_not_of(" \t\r\n") == std::string::npos) return {};
    const cedar::Search search{.query = question.query, .file_id = question.file_id, .limit = config.limit};
    return context.call(search).results;
}

Material material(std::string question, std::vector<cedar::Passage> passages, const Config& config) {
    std::size_t room = config.token_budget * kBytesPerToken;
    Material out;
    out.question = std::move(question);
    for (auto& passage : passages) {
        const auto size = passage.text.size() + passage.source.size() + passage.chunk_id.size();
        if (size > room) break;
        room -= size;
        out.passages.push_back(std::move(passage));
    }
    std::vector<std::string_view> texts{out.question};
    for (const auto& passage : out.passages)
        texts.insert(texts.end(), {passage.text, passage.source, passage.chunk_id});
    out.mark = cedar::mark_for(texts);
    return out;
}

const cedar::Passage& given(const Material& material, const std::string& chunk_id) {
    const auto found = std::find_if(material.passages.begin(), material.passages.end(),
                                    [&](const cedar::Passage& passage) { return passage.chunk_id == chunk_id; });
    if (found != material.passages.end()) return *found;
    const std::string shown(cedar::detail::first_code_points(chunk_id, kShownId));
    throw cedar::Error("invalid_output", "expected ids of the " + std::to_string(material.passages.size()) +
                                             " passages that were given, the model cites \"" + shown + "\"");
}

}  // namespace analysis
