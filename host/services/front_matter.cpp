#include "host/services/front_matter.hpp"

#include <algorithm>
#include <set>

namespace cedar::host::services {

namespace {

constexpr std::size_t kVersionMax = 64;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool consists_of(std::string_view text, std::string_view more) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               more.find(c) != std::string_view::npos;
    });
}

class Reader {
public:
    Reader(std::string_view id, const std::vector<std::string_view>& lines) : id_(id), lines_(lines) {}

    Result<FrontMatter> run() {
        if (lines_.empty() || lines_[0] != "---") return error(1, "expected the line \"---\"");
        for (std::size_t i = 1; i < lines_.size(); ++i) {
            if (lines_[i] == "---") return finish(i);
            if (auto read = entry(i + 1, lines_[i]); !read) return read.error();
        }
        return error(1, "the front matter is not closed: expected a second line \"---\"");
    }

private:
    static Error error(std::size_t line, const std::string& what) {
        return {ErrorCode::invalid_argument, std::to_string(line) + ": " + what, {}};
    }

    Result<FrontMatter> finish(std::size_t last) {
        for (const auto* key : {"id", "version", "inputs"}) {
            if (!seen_.contains(key))
                return error(last + 1, "the front matter lacks \"" + std::string(key) + ":\"");
        }
        front_.lines = last + 1;
        return std::move(front_);
    }

    Result<void> entry(std::size_t line, std::string_view text) {
        if (trimmed(text).empty()) return {};
        const auto colon = text.find(':');
        if (colon == std::string_view::npos)
            return error(line, "expected \"key: value\", got \"" + std::string(text) + "\"");
        const std::string key(trimmed(text.substr(0, colon)));
        const auto value = trimmed(text.substr(colon + 1));
        if (!seen_.insert(key).second) return error(line, "\"" + key + "\" is there twice");
        if (key == "id") return id(line, value);
        if (key == "version") return version(line, value);
        if (key == "inputs") return inputs(line, value);
        return error(line, "expected id, version or inputs, got \"" + key + "\"");
    }

    Result<void> id(std::size_t line, std::string_view value) {
        if (value == id_) return {};
        return error(line, "id: expected " + std::string(id_) + " (its place), got \"" + std::string(value) + "\"");
    }

    Result<void> version(std::size_t line, std::string_view value) {
        if (value.size() > kVersionMax || !consists_of(value, ".-+_")) {
            return error(line, "version: expected such as 1.0.0, got \"" + std::string(value) + "\"");
        }
        front_.version = value;
        return {};
    }

    Result<void> inputs(std::size_t line, std::string_view value) {
        if (!value.starts_with('[') || !value.ends_with(']') || value.size() < 2) {
            return error(line, "inputs: expected [a, b, c?], got \"" + std::string(value) + "\"");
        }
        auto rest = trimmed(value.substr(1, value.size() - 2));
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            if (auto read = input(line, trimmed(rest.substr(0, comma))); !read) return read;
            const bool more = comma < rest.size();
            rest = trimmed(rest.substr(std::min(comma + 1, rest.size())));
            if (more && rest.empty()) return error(line, "inputs: expected a name after the last comma");
        }
        return {};
    }

    Result<void> input(std::size_t line, std::string_view name) {
        const bool optional = name.ends_with('?');
        if (optional) name.remove_suffix(1);
        if (!consists_of(name, "_")) {
            return error(line,
                         "inputs: expected a name of letters, digits and '_', got \"" + std::string(name) + "\"");
        }
        if (std::ranges::find(front_.inputs, name, &PromptTemplate::Input::name) != front_.inputs.end()) {
            return error(line, "inputs: \"" + std::string(name) + "\" is there twice");
        }
        front_.inputs.push_back({std::string(name), optional});
        return {};
    }

    std::string_view id_;
    const std::vector<std::string_view>& lines_;
    std::set<std::string> seen_;
    FrontMatter front_;
};

}  // namespace

Result<FrontMatter> read_front_matter(std::string_view id, const std::vector<std::string_view>& lines) {
    return Reader(id, lines).run();
}

}  // namespace cedar::host::services
