#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace cedar::host::os {

// Whose foreign code a thread runs, in bytes that are made beforehand, as a handler of fatal signals may make none:
// the beginning of a crash note (crash_note.hpp). Immutable; outlives what runs under it. Thread: any.
class Culprit {
public:
    // `name`: of the library's file. `place`: the component that runs, or what else of the library, for people.
    Culprit(std::string_view name, std::string_view sha256, std::string_view place);
    // Of the host's own copy, which is called "…/<sha256>/<name>".
    Culprit(const std::filesystem::path& copy, std::string_view place);

    [[nodiscard]] const char* text() const noexcept { return text_.c_str(); }

private:
    std::string text_;
};

// This thread runs the culprit's code as long as this lives; inside another, that one's again afterwards.
class RunsCode {
public:
    explicit RunsCode(const Culprit& culprit) noexcept;
    ~RunsCode();
    RunsCode(const RunsCode&) = delete;
    RunsCode& operator=(const RunsCode&) = delete;

private:
    const Culprit* const before_;
};

// Whoever runs foreign code on this thread says so: when nobody does, none runs. Other threads than such are taken
// for the libraries' own if their code is found on the stack.
void this_thread_tells() noexcept;

// For handlers of signals: no allocation, no locks. The innermost RunsCode, or null.
[[nodiscard]] const char* told_culprit() noexcept;
[[nodiscard]] bool this_thread_has_told() noexcept;

}  // namespace cedar::host::os
