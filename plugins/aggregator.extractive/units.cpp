#include "units.hpp"

#include <algorithm>
#include <utility>

namespace extractive {
namespace {

bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\r';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view next_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

// "[words](target)" becomes "words": a target leads nowhere from an answer, and its path is no text to be found by.
std::string without_links(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('[');
        const auto middle = text.find("](", open);
        const auto close = text.find(')', middle);
        if (open == std::string_view::npos || middle == std::string_view::npos || close == std::string_view::npos)
            break;
        const auto words = text.substr(open + 1, middle - open - 1);
        out += text.substr(0, open);
        out += words;
        text.remove_prefix(close + 1);
    }
    return out + std::string(text);
}

bool is_fence(std::string_view line) {
    return line.starts_with("```") || line.starts_with("~~~");
}

// The length of "- ", "* ", "+ " or "12. " at the front, 0 when the line begins no item.
std::size_t item_mark(std::string_view line) {
    std::size_t digits = 0;
    while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
    if (digits == 0 && !line.empty() && std::string_view("-*+").find(line.front()) != std::string_view::npos) {
        return line.substr(1).starts_with(' ') ? 2 : 0;
    }
    const auto after = line.substr(digits);
    return digits > 0 && digits < 4 && (after.starts_with(". ") || after.starts_with(") ")) ? digits + 2 : 0;
}

bool is_heading(std::string_view line) {
    const auto marks = line.find_first_not_of('#');
    return marks != std::string_view::npos && marks >= 1 && marks <= 6 && line[marks] == ' ';
}

bool is_rule(std::string_view line) {
    return !line.empty() && line.find_first_not_of("-=*_|: ") == std::string_view::npos;
}

bool ends_sentence(std::string_view text, std::size_t at) {
    for (const std::string_view mark : {"。", "！", "？"}) {
        if (text.substr(at).starts_with(mark)) return true;
    }
    if (std::string_view(".!?").find(text[at]) == std::string_view::npos) return false;
    if (at + 1 == text.size()) return true;
    if (text[at + 1] != ' ' || at + 2 >= text.size()) return false;
    for (const std::string_view abbreviation : {"e.g", "i.e", "etc", "vs", "cf", "z.B", "d.h"}) {
        const auto front = text.substr(0, at);
        if (front.ends_with(abbreviation)) return false;
    }
    const char next = text[at + 2];
    return !(next >= 'a' && next <= 'z');
}

class Cutter {
public:
    std::vector<Unit> cut(std::string_view passage) {
        if (begins_in_code(passage)) in_code_ = true;
        for (auto rest = passage; !rest.empty();) line(next_line(rest));
        in_code_ ? end_code() : end_paragraph();
        return std::move(units_);
    }

private:
    // A first fence without a language, of an odd number, closes a block that began before the passage.
    static bool begins_in_code(std::string_view passage) {
        std::size_t fences = 0;
        bool first_is_bare = false;
        for (auto rest = passage; !rest.empty();) {
            const auto text = trimmed(next_line(rest));
            if (!is_fence(text)) continue;
            if (++fences == 1) first_is_bare = text.size() == 3;
        }
        return fences % 2 == 1 && first_is_bare;
    }

    void line(std::string_view raw) {
        const auto text = trimmed(raw);
        if (is_fence(text)) {
            in_code_ ? end_code() : end_paragraph();
            in_code_ = !in_code_;
        } else if (in_code_) {
            while (!raw.empty() && is_blank(raw.back())) raw.remove_suffix(1);
            code_ += std::string(raw) + "\n";
        } else if (text.empty() || is_rule(text)) {
            end_paragraph();
        } else if (is_heading(text)) {
            end_paragraph();
            heading_ = without_links(trimmed(text.substr(text.find_first_not_of('#'))));
        } else if (text.front() == '|') {
            end_paragraph();
            add(Unit::Kind::item, without_links(table_row(text)));
        } else {
            prose(text);
        }
    }

    void prose(std::string_view text) {
        if (const auto mark = item_mark(text)) {
            end_paragraph();
            in_item_ = true;
            text = trimmed(text.substr(mark));
        }
        if (!paragraph_.empty()) paragraph_ += ' ';
        paragraph_ += text;
    }

    static std::string table_row(std::string_view text) {
        std::string row;
        while (!text.empty()) {
            const auto end = text.find('|');
            const auto cell = trimmed(text.substr(0, end));
            if (!cell.empty()) row += (row.empty() ? "" : " – ") + std::string(cell);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
        return row;
    }

    void end_paragraph() {
        const std::string plain = without_links(paragraph_);
        const std::string_view text = plain;
        std::size_t begin = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (!ends_sentence(text, at)) continue;
            const std::size_t length = static_cast<unsigned char>(text[at]) < 0x80 ? 1 : 3;
            add(kind(), trimmed(text.substr(begin, at + length - begin)));
            begin = at + length;
        }
        add(kind(), trimmed(text.substr(std::min(begin, text.size()))));
        paragraph_.clear();
        in_item_ = false;
        ++number_;
    }

    void end_code() {
        const auto begin = code_.find_first_not_of('\n');
        const auto end = code_.find_last_not_of('\n');
        if (begin != std::string::npos)
            add(Unit::Kind::code, std::string_view(code_).substr(begin, end + 1 - begin));
        code_.clear();
        ++number_;
    }

    [[nodiscard]] Unit::Kind kind() const { return in_item_ ? Unit::Kind::item : Unit::Kind::sentence; }

    void add(Unit::Kind kind, std::string_view text) {
        if (!text.empty()) units_.push_back({kind, std::string(text), heading_, number_});
    }

    std::vector<Unit> units_;
    std::string heading_;
    std::string paragraph_;
    std::string code_;
    std::size_t number_ = 0;
    bool in_code_ = false;
    bool in_item_ = false;
};

}  // namespace

std::vector<Unit> units_of(std::string_view passage) {
    return Cutter().cut(passage);
}

}  // namespace extractive
