#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

// Takes secrets out of text before it leaves the process: the ones it was given, as they are and as they stand in
// JSON, and what has the shape of a key of the usual providers ("sk-…" and "Bearer …"). Each becomes kMark.
// Immutable. Thread: any.
class Redactor {
public:
    static constexpr std::string_view kMark = "[redacted]";

    Redactor() = default;
    // Secrets shorter than 8 bytes are refused silently by being ignored: they would blank out ordinary words.
    explicit Redactor(const std::vector<std::string>& secrets);

    // True: there is nothing to take out. The usual case, and cheap: one search a secret.
    [[nodiscard]] bool clean(std::string_view text) const;
    [[nodiscard]] std::string redact(std::string_view text) const;

private:
    struct Span {
        std::size_t begin = std::string_view::npos, end = std::string_view::npos;
    };
    [[nodiscard]] Span next(std::string_view text, std::size_t from) const;

    std::vector<std::string> secrets_;
};

}  // namespace cedar::host
