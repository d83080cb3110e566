#include "host/store/html_text.hpp"

#include "host/store/html_entities.hpp"
#include "host/store/text.hpp"

#include <algorithm>
#include <array>

namespace cedar::host::store {

namespace {

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

constexpr std::array<std::string_view, 9> kDropped{"script", "style",  "template", "noscript", "svg",
                                                   "math",   "iframe", "object",   "select"};
constexpr std::array<std::string_view, 36> kBlocks{
    "address", "article", "aside",    "blockquote", "body",    "caption", "dd",    "details", "div",
    "dl",      "dt",      "fieldset", "figcaption", "figure",  "footer",  "form",  "h1",      "h2",
    "h3",      "h4",      "h5",       "h6",         "head",    "header",  "hr",    "html",    "main",
    "nav",     "ol",      "p",        "section",    "summary", "table",   "tbody", "title",   "ul"};

struct Tag {
    std::string name;  // lower case
    bool closing = false;
    std::size_t end = 0;  // offset after '>'
};

// Text is written through here: it knows whether a space, a line or a blank line is owed before the next word.
class Writer {
public:
    void character(char c) {
        if (pre_ == 0 && is_space(c)) {
            owed_ = std::max(owed_, 1);
            return;
        }
        if (c == '\r') return;
        settle();
        out_ += c;
        fresh_ = false;
    }
    void text(std::string_view text) {
        for (const char c : text) character(c);
    }
    void break_line() { owed_ = std::max(owed_, 2); }
    void break_block() { owed_ = std::max(owed_, 3); }
    void mark(std::string_view mark) {  // belongs to the next word: no break between, whatever comes
        settle();
        out_ += mark;
        fresh_ = true;
    }
    void separate(std::string_view separator) {  // instead of whatever break was owed
        owed_ = 0;
        mark(separator);
    }
    void enter_pre() { ++pre_; }
    void leave_pre() { pre_ = std::max(0, pre_ - 1); }
    std::string take() { return std::move(out_); }

private:
    void settle() {
        if (fresh_) owed_ = 0;
        constexpr std::array<std::string_view, 4> kGaps{"", " ", "\n", "\n\n"};
        const bool at_start =
            out_.empty() || (out_.back() == '\n' && owed_ < 3) || (out_.back() == ' ' && owed_ == 1);
        if (!at_start) {
            while (owed_ > 1 && !out_.empty() && is_space(out_.back())) out_.pop_back();
            out_ += kGaps[static_cast<std::size_t>(owed_)];
        }
        owed_ = 0;
    }
    std::string out_;
    int owed_ = 0;  // 0 nothing, 1 a space, 2 a line end, 3 a blank line
    int pre_ = 0;
    bool fresh_ = false;  // a mark was written last
};

class HtmlReader {
public:
    explicit HtmlReader(std::string_view html) : html_(html) {}

    std::string run() {
        while (at_ < html_.size()) {
            if (html_[at_] == '<' && markup()) continue;
            if (html_[at_] == '&' && reference()) continue;
            writer_.character(html_[at_++]);
        }
        return std::string(trim(writer_.take()));
    }

private:
    bool reference() {
        std::string decoded;
        const auto size = decode_entity(html_.substr(at_), decoded);
        if (size == 0) return false;
        writer_.text(decoded);
        at_ += size;
        return true;
    }

    // False when the '<' is text, as in "a < b".
    bool markup() {
        const auto rest = html_.substr(at_);
        if (rest.starts_with("<!--")) return skip_past("-->", 4);
        if (rest.starts_with("<![CDATA[")) return skip_past("]]>", 9);
        if (rest.starts_with("<!") || rest.starts_with("<?")) return skip_past(">", 2);
        const auto first = rest.substr(1, 2);
        const bool closing = first.starts_with('/');
        const auto letter = first.substr(closing ? 1 : 0, 1);
        if (letter.empty() || !is_alnum(letter[0]) || (letter[0] >= '0' && letter[0] <= '9')) return false;
        const Tag tag = read_tag(closing);
        at_ = tag.end;
        if (among(kDropped, tag.name)) {
            if (!tag.closing) skip_element(tag.name);
        } else {
            apply(tag);
        }
        return true;
    }

    bool skip_past(std::string_view end, std::size_t from) {
        const auto found = html_.find(end, at_ + from);
        at_ = found == std::string_view::npos ? html_.size() : found + end.size();
        return true;
    }

    // A '>' inside a quoted attribute does not end the tag.
    Tag read_tag(bool closing) {
        Tag tag;
        tag.closing = closing;
        std::size_t i = at_ + (closing ? 2 : 1);
        while (i < html_.size() && (is_alnum(html_[i]) || html_[i] == '-' || html_[i] == ':'))
            tag.name += to_lower(html_[i++]);
        char quote = 0;
        for (; i < html_.size(); ++i) {
            const char c = html_[i];
            if (quote != 0) {
                if (c == quote) quote = 0;
            } else if (c == '>') {
                break;
            } else if ((c == '"' || c == '\'') && html_[i - 1] == '=') {
                quote = c;
            }
        }
        tag.end = std::min(i + 1, html_.size());
        return tag;
    }

    // To the end tag; an element that is never closed ends the page, as in a browser.
    void skip_element(const std::string& name) {
        const std::string end = "</" + name;
        for (;; ++at_) {
            at_ = html_.find("</", at_);
            if (at_ == std::string_view::npos) break;
            if (lower_ascii(html_.substr(at_, end.size())) != end) continue;
            at_ = std::min(html_.find('>', at_), html_.size() - 1) + 1;
            return;
        }
        at_ = html_.size();
    }

    void apply(const Tag& tag) {
        if (tag.name == "br") return writer_.break_line();
        if (tag.name == "pre" || tag.name == "textarea") return preformatted(tag);
        if (tag.name == "li") return item(tag);
        if (tag.name == "tr") return row();
        if (tag.name == "td" || tag.name == "th") return cell(tag);
        if (!among(kBlocks, tag.name)) return;
        writer_.break_block();
        const bool heading = tag.name.size() == 2 && tag.name[0] == 'h' && tag.name[1] >= '1' && tag.name[1] <= '6';
        if (heading && !tag.closing)
            writer_.mark(std::string(static_cast<std::size_t>(tag.name[1] - '0'), '#') + " ");
    }

    void preformatted(const Tag& tag) {
        writer_.break_block();
        if (tag.closing) return writer_.leave_pre();
        writer_.enter_pre();
        if (at_ < html_.size() && html_[at_] == '\n') ++at_;  // the first line end of a <pre> is markup
    }

    void item(const Tag& tag) {
        writer_.break_line();
        if (!tag.closing) writer_.mark("- ");
    }

    void row() {
        writer_.break_line();
        cells_ = 0;
    }

    void cell(const Tag& tag) {
        if (!tag.closing && cells_++ > 0) writer_.separate(" | ");
    }

    std::string_view html_;
    std::size_t at_ = 0;
    std::size_t cells_ = 0;
    Writer writer_;
};

}  // namespace

std::string html_to_text(std::string_view html) {
    return HtmlReader(html).run();
}

}  // namespace cedar::host::store
