#include "host/services/template_tags.hpp"

#include <algorithm>
#include <optional>

namespace cedar::host::services {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

bool is_name(std::string_view name) {
    if (name == ".") return true;
    if (name.empty() || name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos)
        return false;
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

class TagReader {
public:
    TagReader(std::string_view text, std::size_t first_line) : text_(text), line_(first_line) {}

    Result<std::vector<TemplateTag>> run() {
        while (next()) {
            if (failure_) return *failure_;
        }
        if (failure_) return *failure_;
        if (open_.size() > 1) {
            const auto& tag = open_.back();
            return error(tag.line, "the section {{#" + tag.name + "}} is not closed in its message");
        }
        return std::move(open_.front().children);
    }

private:
    static Error error(std::size_t line, const std::string& what) {
        return {ErrorCode::invalid_argument, std::to_string(line) + ": " + what, {}};
    }
    bool fail(const std::string& what) {
        failure_ = error(line_, what);
        return false;
    }

    void pass_to(std::size_t offset) {
        line_ += static_cast<std::size_t>(std::ranges::count(text_.substr(at_, offset - at_), '\n'));
        at_ = offset;
    }

    // Reads up to and with the next tag; false at the end.
    bool next() {
        const auto begin = text_.find("{{", at_);
        if (begin == std::string_view::npos) return false;
        pass_to(begin);
        const bool triple = text_.substr(begin).starts_with("{{{");
        const std::string_view closing = triple ? "}}}" : "}}";
        const auto end = text_.find(closing, begin + closing.size());
        if (end == std::string_view::npos) return fail("the tag is not closed: expected " + std::string(closing));
        const auto content = trimmed(text_.substr(begin + closing.size(), end - begin - closing.size()));
        const bool going = triple ? variable(content) : tag(content);
        pass_to(end + closing.size());
        return going;
    }

    bool tag(std::string_view content) {
        if (content.empty()) return fail("the tag {{}} has no name");
        const auto rest = trimmed(content.substr(1));
        switch (content.front()) {
            case '!': return true;
            case '#': return section(TemplateTag::Kind::section, rest);
            case '^': return section(TemplateTag::Kind::inverted, rest);
            case '/': return close(rest);
            case '&': return variable(rest);
            case '>': return fail("partials ({{>name}}) are not allowed");
            case '=': return fail("delimiters cannot be changed");
            default: return variable(content);
        }
    }

    bool named(std::string_view name) {
        return is_name(name) ||
               fail("expected a name of letters, digits, '_' and '.', got {{" + std::string(name) + "}}");
    }

    bool variable(std::string_view name) {
        if (!named(name)) return false;
        open_.back().children.push_back({TemplateTag::Kind::variable, std::string(name), line_, {}});
        return true;
    }

    bool section(TemplateTag::Kind kind, std::string_view name) {
        if (!named(name)) return false;
        if (open_.size() > kSectionDepthMax) return fail("sections are nested deeper than 16");
        open_.push_back({kind, std::string(name), line_, {}});
        return true;
    }

    bool close(std::string_view name) {
        if (open_.size() == 1) return fail("{{/" + std::string(name) + "}} closes a section that is not open");
        if (open_.back().name != name) {
            return fail("expected {{/" + open_.back().name + "}}, got {{/" + std::string(name) + "}}");
        }
        TemplateTag closed = std::move(open_.back());
        open_.pop_back();
        open_.back().children.push_back(std::move(closed));
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0, line_;
    std::vector<TemplateTag> open_{1};  // the first holds the whole
    std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<TemplateTag>> read_tags(std::string_view text, std::size_t first_line) {
    return TagReader(text, first_line).run();
}

}  // namespace cedar::host::services
