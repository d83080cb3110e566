#include "host/services/prompt_template.hpp"

#include "host/core/sha256.hpp"
#include "host/core/utf8.hpp"
#include "host/services/front_matter.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::services {

namespace {

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string_view role_of(std::string_view line) {
    if (line == "# system" || line == "# user" || line == "# assistant") return line.substr(2);
    return {};
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto size = utf8_sequence(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

class Parser {
public:
    Parser(std::string_view id, std::string_view file) : id_(id), file_(file) {}

    Result<PromptTemplate> run() {
        result_.place = std::string(id_) + ".md";
        result_.hash = sha256_hex(file_);
        if (!is_utf8(file_))
            return located({ErrorCode::invalid_argument, "1: expected UTF-8 text, got other bytes", {}});
        std::string text(file_);
        std::erase(text, '\r');
        lines_ = split_lines(text);
        auto front = read_front_matter(id_, lines_);
        if (!front) return located(front.error());
        result_.version = std::move(front->version);
        result_.inputs = std::move(front->inputs);
        if (auto read = read_messages(front->lines); !read) return located(read.error());
        return std::move(result_);
    }

private:
    static Error error(std::size_t line, const std::string& what) {
        return {ErrorCode::invalid_argument, std::to_string(line) + ": " + what, {}};
    }
    [[nodiscard]] Error located(Error error) const {
        error.message = result_.place + ":" + error.message;
        return error;
    }

    Result<void> read_messages(std::size_t first) {
        std::size_t i = first;
        while (i < lines_.size() && is_blank(lines_[i])) ++i;
        if (i == lines_.size() || role_of(lines_[i]).empty()) {
            return error(i + 1, "expected a line \"# system\", \"# user\" or \"# assistant\"");
        }
        while (i < lines_.size()) {
            const std::size_t begin = i + 1;
            const auto role = role_of(lines_[i]);
            for (i = begin; i < lines_.size() && role_of(lines_[i]).empty();) ++i;
            if (auto read = read_message(role, begin, i); !read) return read;
        }
        return {};
    }

    Result<void> read_message(std::string_view role, std::size_t begin, std::size_t end) {
        if (result_.messages.size() == kMessagesMax) return error(begin, "expected at most 100 messages, got more");
        while (begin < end && is_blank(lines_[begin])) ++begin;
        while (end > begin && is_blank(lines_[end - 1])) --end;
        PromptTemplate::Message message{std::string(role), {}, {}};
        for (std::size_t i = begin; i < end; ++i) {
            if (i > begin) message.text += '\n';
            message.text += lines_[i];
        }
        auto tags = read_tags(message.text, begin + 1);
        if (!tags) return tags.error();
        if (auto checked = check_names(*tags); !checked) return checked;
        message.tags = std::move(*tags);
        result_.messages.push_back(std::move(message));
        return {};
    }

    // Outside of sections only inputs can be meant; inside, a member of the item at hand too, which the values
    // tell.
    Result<void> check_names(const std::vector<TemplateTag>& tags) const {
        for (const auto& tag : tags) {
            const auto name = std::string_view(tag.name).substr(0, tag.name.find('.'));
            if (result_.input(name) == nullptr) {
                return error(tag.line, "{{" + tag.name + "}} is not one of the inputs");
            }
        }
        return {};
    }

    std::string_view id_, file_;
    std::vector<std::string_view> lines_;
    PromptTemplate result_;
};

}  // namespace

const PromptTemplate::Input* PromptTemplate::input(std::string_view name) const {
    const auto found = std::ranges::find(inputs, name, &Input::name);
    return found == inputs.end() ? nullptr : &*found;
}

Result<PromptTemplate> parse_prompt(std::string_view id, std::string_view file) {
    return Parser(id, file).run();
}

}  // namespace cedar::host::services
