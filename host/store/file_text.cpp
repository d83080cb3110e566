#include "host/store/file_text.hpp"

#include "host/store/csv_text.hpp"
#include "host/store/html_text.hpp"
#include "host/store/json_text.hpp"
#include "host/store/text.hpp"

#include <algorithm>
#include <array>

namespace cedar::host::store {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr FileKind kText{"text", "sources", "text/plain"};
constexpr FileKind kMarkdown{"markdown", "sources", "text/markdown"};
constexpr FileKind kHtml{"html", "sources", "text/html"};
constexpr FileKind kJson{"json", "sources", "application/json"};
constexpr FileKind kCsv{"csv", "tabular", "text/csv"};
constexpr FileKind kTsv{"csv", "tabular", "text/tab-separated-values"};
constexpr FileKind kCode{"code", "code", "text/plain"};

struct Ending {
    std::string_view name;
    const FileKind* kind;
};
constexpr std::array kEndings{Ending{"md", &kMarkdown}, Ending{"markdown", &kMarkdown}, Ending{"html", &kHtml},
                              Ending{"htm", &kHtml},    Ending{"xhtml", &kHtml},        Ending{"json", &kJson},
                              Ending{"ipynb", &kJson},  Ending{"csv", &kCsv},           Ending{"tsv", &kTsv},
                              Ending{"c", &kCode},      Ending{"cc", &kCode},           Ending{"cpp", &kCode},
                              Ending{"h", &kCode},      Ending{"hpp", &kCode},          Ending{"py", &kCode},
                              Ending{"js", &kCode},     Ending{"ts", &kCode},           Ending{"java", &kCode},
                              Ending{"go", &kCode},     Ending{"rs", &kCode},           Ending{"sh", &kCode},
                              Ending{"sql", &kCode},    Ending{"cmake", &kCode}};

std::string without_carriage_returns(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            out += '\n';
        }
    }
    return out;
}

Error not_text(const std::string& reason) {
    return {ErrorCode::invalid_argument, reason, {}};
}

}  // namespace

FileKind file_kind(std::string_view name) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos) return kText;
    const auto found = std::ranges::find(kEndings, lower_ascii(name.substr(dot + 1)), &Ending::name);
    return found == kEndings.end() ? kText : *found->kind;
}

Result<std::string> file_text(const FileKind& kind, std::string_view bytes) {
    if (const auto nul = bytes.find('\0'); nul != std::string_view::npos) {
        return not_text("binary (a NUL byte at offset " + std::to_string(nul) + ")");
    }
    if (const auto bad = first_ill_formed(bytes)) {
        return not_text("not UTF-8 text (at byte offset " + std::to_string(*bad) + ")");
    }
    if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
    const std::string text = without_carriage_returns(bytes);
    const std::string_view type = kind.type;
    if (type == "html") return html_to_text(text);
    if (type == "json") return json_to_text(text);
    if (type == "csv") return csv_to_text(text);
    return text;
}

}  // namespace cedar::host::store
