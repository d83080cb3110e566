#include "host/store/chunker.hpp"

#include "host/core/check.hpp"
#include "host/core/utf8.hpp"
#include "host/store/sentences.hpp"
#include "host/store/text.hpp"

#include <algorithm>

namespace cedar::host::store {

namespace {

constexpr std::size_t kSectionShare = 5;  // a section of at least 1/5 of a passage has one of its own

std::size_t line_end(std::string_view text, std::size_t from) {
    return std::min(text.find('\n', from), text.size());
}

bool is_heading(std::string_view line) {
    const auto level = std::min(line.find_first_not_of('#'), line.size());
    return level >= 1 && level <= 6 && level < line.size() && line[level] == ' ';
}

bool is_fence(std::string_view line) {
    line = trim(line);
    return line.starts_with("```") || line.starts_with("~~~");
}

// Offsets of Markdown headings, those in fenced code left out.
std::vector<std::size_t> headings(std::string_view text) {
    std::vector<std::size_t> found;
    bool in_fence = false;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = line_end(text, begin);
        const auto line = text.substr(begin, end - begin);
        if (is_fence(line)) in_fence = !in_fence;
        if (!in_fence && is_heading(line)) found.push_back(begin);
        begin = end + 1;
    }
    return found;
}

bool begins_item(std::string_view line) {
    line = trim(line.substr(0, 64));
    const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
    if (digits > 0) return line.substr(digits).starts_with(". ") || line.substr(digits).starts_with(") ");
    return line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ") || line.starts_with("|");
}

bool blank_line_at(std::string_view text, std::size_t at) {
    if (text[at] != '\n') return false;
    const auto next = text.find_first_not_of(" \t\r", at + 1);
    return next != std::string_view::npos && text[next] == '\n';
}

bool sentence_at(std::string_view text, std::size_t at) {
    return ends_sentence(text, at) || (text[at] == '\n' && begins_item(text.substr(at + 1)));
}

bool line_at(std::string_view text, std::size_t at) {
    return text[at] == '\n';
}

bool space_at(std::string_view text, std::size_t at) {
    return is_space(text[at]);
}

// The last offset in (from, to] at which `fits`, or 0.
template <class Fits>
std::size_t last_where(std::string_view text, std::size_t from, std::size_t to, Fits fits) {
    for (std::size_t at = to; at > from; --at) {
        if (fits(text, at)) return at;
    }
    return 0;
}

// Where to cut a text that does not fit: `limit` is the first byte beyond the room.
std::size_t cut_within(std::string_view text, std::size_t limit) {
    const std::size_t half = limit / 2;
    if (const auto at = last_where(text, half, limit, blank_line_at)) return at;
    if (const auto at = last_where(text, half, limit, sentence_at)) return at;
    if (const auto at = last_where(text, half, limit, line_at)) return at;
    if (const auto at = last_where(text, half, limit, space_at)) return at;
    if (const auto at = last_where(text, 0, half, space_at)) return at;
    return limit;
}

class Chunker {
public:
    Chunker(std::string_view text, std::size_t max_chars)
        : text_(text), max_(max_chars), headings_(headings(text)), next_heading_(headings_.begin()) {}

    std::vector<Chunk> run() {
        for (std::size_t begin = 0; begin < text_.size();) {
            if (is_space(text_[begin])) {
                ++begin;
                continue;
            }
            const std::size_t end = begin + length_from(begin);
            add(begin, end);
            begin = end;
        }
        return std::move(chunks_);
    }

private:
    std::size_t length_from(std::size_t begin) {
        const auto rest = text_.substr(begin);
        const auto room = utf8_prefix(rest, max_).size();
        if (const auto section = next_section(begin, room)) return section;
        return room == rest.size() ? room : cut_within(rest, room);
    }

    // Bytes up to a heading in the room, if what comes before it is long enough; else 0.
    std::size_t next_section(std::size_t begin, std::size_t room) {
        const auto least = std::max<std::size_t>(utf8_prefix(text_.substr(begin), max_ / kSectionShare).size(), 1);
        while (next_heading_ != headings_.end() && *next_heading_ < begin + least) ++next_heading_;
        return next_heading_ != headings_.end() && *next_heading_ < begin + room ? *next_heading_ - begin : 0;
    }

    void add(std::size_t begin, std::size_t end) {
        const auto chunk = trim(text_.substr(begin, end - begin));
        chars_ += utf8_length(text_.substr(counted_, begin - counted_));
        counted_ = begin;
        chunks_.push_back({chunk, chars_, chars_ + utf8_length(chunk)});
    }

    std::string_view text_;
    std::size_t max_;
    std::vector<std::size_t> headings_;
    std::vector<std::size_t>::const_iterator next_heading_;
    std::size_t counted_ = 0, chars_ = 0;  // code points before byte `counted_`
    std::vector<Chunk> chunks_;
};

}  // namespace

std::vector<Chunk> chunk_text(std::string_view text, std::size_t max_chars) {
    CEDAR_CHECK(max_chars > 0);
    return Chunker(text, max_chars).run();
}

}  // namespace cedar::host::store
