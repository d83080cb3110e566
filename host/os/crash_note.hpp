#pragma once
#include "host/core/now.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cedar::host::os {

// What a process that died while it ran foreign code left behind: whose it was, and how it died. Written by the
// process itself, from a handler of signals, and read by the next one. A process that is killed from outside leaves
// none.
struct CrashNote {
    std::filesystem::path file;  // where it stands; whoever has taken it up removes it
    std::string name, sha256;    // of the library; no hash: what stands there is no crash note
    std::string place;           // the component, or what else of the library ran
    std::string how;             // "SIGSEGV", "exit()" ...
    UtcTime at{};
};

inline constexpr std::size_t kCrashNotesMax = 64;     // read at a time
inline constexpr std::size_t kCrashNoteBytes = 8192;  // of one

// From now on a note of this process goes into that folder, which is made when it is needed; before, there are
// none. Thread: any.
void keep_crash_notes(const std::filesystem::path& folder);

// Oldest first; a folder that is not there has none. Thread: any. Blocking.
[[nodiscard]] std::vector<CrashNote> crash_notes_in(const std::filesystem::path& folder);

// The rest is for handlers of signals: no allocation, no locks.

// Whether notes are kept, and this is the process that keeps them: not one that foreign code has forked.
[[nodiscard]] bool keeps_crash_notes() noexcept;
// `culprit`: as Culprit::text(). `how`: without quotes and backslashes.
void write_crash_note(const char* culprit, const char* how) noexcept;

}  // namespace cedar::host::os
