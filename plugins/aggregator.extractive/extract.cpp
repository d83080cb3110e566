#include "extract.hpp"

#include "collect.hpp"
#include "quotes.hpp"

#include <cedar/detail/utf8.hpp>

#include <algorithm>

namespace extractive {
namespace {

constexpr std::size_t max_named_failures = 10;
constexpr std::size_t max_title_words = 6;
constexpr std::size_t max_title_characters = 60;
constexpr std::size_t max_unit_characters = 1500;
constexpr std::string_view blanks = " \t\r\n";

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string shortened(std::string_view text, std::size_t characters) {
    const auto front = cedar::detail::first_code_points(text, characters);
    return std::string(front) + (front.size() < text.size() ? "…" : "");
}

// The question's first words.
std::string title_of(std::string_view question) {
    std::string title;
    std::size_t words = 0;
    while (words < max_title_words) {
        const auto begin = question.find_first_not_of(blanks);
        if (begin == std::string_view::npos) break;
        question.remove_prefix(begin);
        const auto word = question.substr(0, question.find_first_of(blanks));
        if (words++ > 0) title += ' ';
        title += word;
        question.remove_prefix(word.size());
    }
    while (!title.empty() && std::string_view("?!.,:;").find(title.back()) != std::string_view::npos)
        title.pop_back();
    return title.empty() ? "Answer from documents" : shortened(title, max_title_characters);
}

void append_quoted(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        out += text.substr(0, end).empty() ? ">" : "> " + std::string(text.substr(0, end));
        out += '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

std::string body_of(const Quote& quote) {
    std::string out;
    const Unit* before = nullptr;
    for (const auto& unit : quote.units) {
        const std::string text = shortened(unit.text, max_unit_characters);
        const bool same = before != nullptr && before->paragraph == unit.paragraph;
        if (before != nullptr) out += same ? " " : "\n";
        if (unit.kind == Unit::Kind::code) {
            out += "```\n" + text + "\n```";
        } else {
            out += (unit.kind == Unit::Kind::item && !same ? "- " : "") + text;
        }
        before = &unit;
    }
    return out;
}

std::string text_of(const std::vector<Quote>& quotes) {
    std::string out = "From the project's documents:\n";
    for (std::size_t index = 0; index < quotes.size(); ++index) {
        const auto& quote = quotes[index];
        out += "\n[" + std::to_string(index + 1) + "] " + quote.source;
        if (!quote.heading.empty()) out += ", “" + quote.heading + "”";
        out += "\n\n";
        append_quoted(out, body_of(quote));
    }
    return out + "\nQuoted from the documents; no language model was used.";
}

std::string nothing_found(const std::string& question, const Collected& collected) {
    const bool blank = question.find_first_not_of(blanks) == std::string::npos;
    std::string out = blank
                          ? "There was no question, so nothing was looked for in the project's documents."
                          : "Nothing was found in the project's documents for “" + shortened(question, 200) + "”.";
    if (!collected.passages.empty()) {
        out += " The passages that were looked at share no word with it.";
    } else if (collected.candidates == 0) {
        out += " No component was asked.";
    } else if (collected.failed.size() == collected.candidates) {
        out += " Every component that was asked failed; see the summary of the run.";
    }
    return out +
           "\n\nWhat can be done: ask with words that the documents use, import documents with `cedar import "
           "--project NAME PATH`, or choose an aggregator that uses a language model.";
}

std::string failures(const std::vector<std::string>& failed) {
    std::string out = "Failed: ";
    for (std::size_t index = 0; index < std::min(failed.size(), max_named_failures); ++index) {
        out += (index == 0 ? "" : "; ") + shortened(failed[index], 200);
    }
    if (failed.size() > max_named_failures) {
        out += "; and " + std::to_string(failed.size() - max_named_failures) + " more";
    }
    return out + ".";
}

std::vector<std::string> run_summary(const Collected& collected, std::size_t quotes) {
    std::vector<std::string> lines;
    lines.push_back("Considered " + counted(collected.passages.size(), "passage", "passages") + " from " +
                    std::to_string(collected.with_passages) + " of " +
                    counted(collected.candidates, "component", "components") + ".");
    if (collected.beyond > 0) {
        lines.push_back("Left out " + counted(collected.beyond, "passage", "passages") + " above the limit of " +
                        std::to_string(max_passages) + ".");
    }
    if (!collected.failed.empty()) lines.push_back(failures(collected.failed));
    lines.push_back("Quoted " + counted(quotes, "place", "places") + "; no language model was used.");
    return lines;
}

}  // namespace

cedar::Final extract(const cedar::AggregatorInput& input) {
    const auto collected = collect(input.candidates);
    const auto quotes = quotes_for(input.request.text, collected.passages);
    cedar::Final final;
    final.args.text = quotes.empty() ? nothing_found(input.request.text, collected) : text_of(quotes);
    final.args.title = quotes.empty() ? "Nothing found" : title_of(input.request.text);
    final.args.run_summary = run_summary(collected, quotes.size());
    return final;
}

}  // namespace extractive
