#pragma once
#include <array>

namespace cedar::host {

// What becomes of a library: at the door (a state and its reason), or of its component in a run (a status, and the
// message of its error or what it answered).
struct Fate {
    const char* what = nullptr;
    const char* words = nullptr;  // "$FILE" stands for the library's path
};

struct Animal {
    const char* name;  // of the library, and of its component "fixture.<name>"
    Fate process;
    Fate in_process;  // none: only a process of its own can contain it
};

// What only a process of its own can contain.
inline constexpr Fate kNotContained{};

inline constexpr auto kZoo = std::to_array<Animal>({
    // Refused without being run.
    {"forbidden_keyword", {"rejected", ""}, {"rejected", ""}},
    {"manifest_not_json", {"rejected", ""}, {"rejected", ""}},
    {"manifest_other_abi", {"rejected", ""}, {"rejected", ""}},
    {"manifest_too_large", {"rejected", ""}, {"rejected", ""}},
    {"newer_major", {"rejected", ""}, {"rejected", ""}},
    {"newer_minor", {"rejected", ""}, {"rejected", ""}},
    {"no_entry", {"rejected", ""}, {"rejected", ""}},
    {"no_manifest", {"rejected", ""}, {"rejected", ""}},
    {"small_entry", {"rejected", ""}, {"rejected", ""}},
    {"two_manifests", {"rejected", ""}, {"rejected", ""}},
    {"wrong_magic", {"rejected", ""}, {"rejected", ""}},
    // Refused by their probe.
    {"missing_function", {"rejected", ""}, {"rejected", ""}},
    {"missing_symbol", {"rejected", ""}, {"rejected", ""}},
    {"init_fails", {"rejected", ""}, {"rejected", ""}},
    {"init_throws", {"rejected", ""}, {"rejected", ""}},
    {"constructor_aborts", {"quarantined", ""}, {"quarantined", ""}},
    {"constructor_hangs", {"quarantined", ""}, {"quarantined", ""}},
    {"init_aborts", {"quarantined", ""}, {"quarantined", ""}},
    {"init_hangs", {"quarantined", ""}, {"quarantined", ""}},
    {"create_aborts", {"quarantined", ""}, {"quarantined", ""}},
    {"create_exits", {"quarantined", ""}, {"quarantined", ""}},
    {"create_hangs", {"quarantined", ""}, {"quarantined", ""}},
    {"destroy_aborts", {"quarantined", ""}, {"quarantined", ""}},
    {"deinit_aborts", {"quarantined", ""}, {"quarantined", ""}},
    {"deinit_hangs", {"quarantined", ""}, {"quarantined", ""}},
    {"create_fails", {"no run", ""}, {"no run", ""}},
    // Wrong when they run, and contained anywhere.
    {"answers_and_fails", {"error", ""}, {"error", ""}},
    {"answers_bad_utf8", {"invalid_output", ""}, {"invalid_output", ""}},
    {"answers_deep", {"invalid_output", ""}, {"invalid_output", ""}},
    {"answers_doubled_key", {"invalid_output", ""}, {"invalid_output", ""}},
    {"answers_huge", {"error", ""}, {"error", ""}},
    {"answers_not_json", {"invalid_output", ""}, {"invalid_output", ""}},
    {"answers_nothing", {"invalid_output", ""}, {"invalid_output", ""}},
    {"answers_off_schema", {"invalid_output", ""}, {"invalid_output", ""}},
    {"answers_twice", {"ok", ""}, {"ok", ""}},
    {"asks_unneeded", {"denied", ""}, {"denied", ""}},
    {"calls_too_many", {"ok", ""}, {"ok", ""}},
    {"emits_nonsense", {"ok", ""}, {"ok", ""}},
    {"fails_and_succeeds", {"error", ""}, {"error", ""}},
    {"fails_badly", {"error", ""}, {"error", ""}},
    {"forges_token", {"ok", ""}, {"ok", ""}},
    {"hogs", {"ok", ""}, {"ok", ""}},
    {"needs_unknown", {"error", ""}, {"error", ""}},
    {"no_answer", {"error", ""}, {"error", ""}},
    {"sleeps", {"timeout", ""}, {"timeout", ""}},
    {"spins", {"timeout", ""}, {"timeout", ""}},
    {"throws", {"error", ""}, {"error", ""}},
    // Contained by a process of their own.
    {"aborts", {"crashed", ""}, kNotContained},
    {"changes_process", {"ok", ""}, kNotContained},
    {"closes_descriptors", {"crashed", ""}, kNotContained},
    {"double_free", {"crashed", ""}, kNotContained},
    {"exits", {"crashed", ""}, kNotContained},
    {"floods_output", {"ok", ""}, kNotContained},
    {"forks", {"ok", ""}, kNotContained},
    {"frees_request", {"crashed", ""}, kNotContained},
    {"ignores_signals", {"timeout", ""}, kNotContained},
    {"kills_itself", {"crashed", ""}, kNotContained},
    {"leaks_descriptors", {"ok", ""}, kNotContained},
    {"leaks_memory", {"ok", ""}, kNotContained},
    {"leaks_threads", {"ok", ""}, kNotContained},
    {"never_returns", {"timeout", ""}, kNotContained},
    {"opens_socket", {"ok", ""}, kNotContained},
    {"overflows_stack", {"crashed", ""}, kNotContained},
    {"runs_program", {"ok", ""}, kNotContained},
    {"segfaults", {"crashed", ""}, kNotContained},
    {"speaks_nonsense", {"crashed", ""}, kNotContained},
    {"spins_forever", {"timeout", ""}, kNotContained},
    {"throws_in_thread", {"crashed", ""}, kNotContained},
    {"writes_to_request", {"ok", ""}, kNotContained},
});

}  // namespace cedar::host
