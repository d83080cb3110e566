#pragma once
#include <array>

namespace cedar::host {

// What becomes of a library: at the door (a state and its reason), or of its component in a run (a status, and the
// message of its error or what it answered).
struct Fate {
    const char* what = nullptr;
    const char* words = nullptr;  // "$FILE" stands for the library's path; null: any
};

struct Animal {
    const char* name;  // of the library, and of its component "fixture.<name>"
    Fate process;
    Fate in_process;  // none: only a process of its own can contain it
};

// What only a process of its own can contain.
inline constexpr Fate kNotContained{};

inline constexpr Animal kZoo[] = {
    // Refused without being run.
    {"forbidden_keyword",
     {"rejected",
      "manifest: components[0].output: schema: /properties/n/const: keyword \"const\" is not one of the supported "
      "subset"},
     {"rejected",
      "manifest: components[0].output: schema: /properties/n/const: keyword \"const\" is not one of the supported "
      "subset"}},
    {"manifest_not_json",
     {"rejected", "manifest: JSON: byte 0: expected a value, got 'i'"},
     {"rejected", "manifest: JSON: byte 0: expected a value, got 'i'"}},
    {"manifest_other_abi",
     {"rejected", "manifest: abi: expected 1.0 as in cedar_entry_v1, got 1.7"},
     {"rejected", "manifest: abi: expected 1.0 as in cedar_entry_v1, got 1.7"}},
    {"manifest_too_large",
     {"rejected", "manifest too large: expected at most 65536 bytes, got 65537"},
     {"rejected", "manifest too large: expected at most 65536 bytes, got 65537"}},
    {"newer_major",
     {"rejected",
      "wrong interface version: the library has 2.0, this host has 1.0; the major numbers must be equal"},
     {"rejected",
      "wrong interface version: the library has 2.0, this host has 1.0; the major numbers must be equal"}},
    {"newer_minor",
     {"rejected",
      "wrong interface version: the library has 1.1, this host has 1.0; its minor number must not be above the "
      "host's"},
     {"rejected",
      "wrong interface version: the library has 1.1, this host has 1.0; its minor number must not be above the "
      "host's"}},
    {"no_entry",
     {"rejected", "no entry: expected the exported symbol cedar_entry_v1"},
     {"rejected", "no entry: expected the exported symbol cedar_entry_v1"}},
    {"no_manifest",
     {"rejected", "no manifest: expected one ELF note \"cedar\" of type 1"},
     {"rejected", "no manifest: expected one ELF note \"cedar\" of type 1"}},
    {"small_entry",
     {"rejected", "cedar_entry_v1.struct_size: expected at least 56, got 24"},
     {"rejected", "cedar_entry_v1.struct_size: expected at least 56, got 24"}},
    {"two_manifests",
     {"rejected", "more than one manifest: expected one ELF note \"cedar\" of type 1, got 2"},
     {"rejected", "more than one manifest: expected one ELF note \"cedar\" of type 1, got 2"}},
    {"wrong_magic",
     {"rejected", "wrong magic in cedar_entry_v1: expected 0x52444543, got 0xdeadbeef"},
     {"rejected", "wrong magic in cedar_entry_v1: expected 0x52444543, got 0xdeadbeef"}},
    // Refused by their probe.
    {"missing_function",
     {"rejected", "missing required function in cedar_entry_v1: invoke"},
     {"rejected", "missing required function in cedar_entry_v1: invoke"}},
    {"missing_symbol",
     {"rejected", "cannot be loaded: undefined symbol: cedar_fixture_nowhere"},
     {"rejected", "cannot be loaded: undefined symbol: cedar_fixture_nowhere"}},
    {"init_fails",
     {"rejected", "init failed with status 11 (unavailable): no licence found"},
     {"rejected", "init failed with status 11 (unavailable): no licence found"}},
    {"init_throws",
     {"rejected", "init let an exception out: thrown out of init"},
     {"rejected", "init let an exception out: thrown out of init"}},
    {"constructor_aborts", {"quarantined"}, {"quarantined"}},
    {"constructor_hangs", {"quarantined"}, {"quarantined"}},
    {"init_aborts", {"quarantined"}, {"quarantined"}},
    {"init_hangs", {"quarantined"}, {"quarantined"}},
    {"create_aborts", {"quarantined"}, {"quarantined"}},
    {"create_exits", {"quarantined"}, {"quarantined"}},
    {"create_hangs", {"quarantined"}, {"quarantined"}},
    {"destroy_aborts", {"quarantined"}, {"quarantined"}},
    {"deinit_aborts", {"quarantined"}, {"quarantined"}},
    {"deinit_hangs", {"quarantined"}, {"quarantined"}},
    {"create_fails", {"no run"}, {"no run"}},
    // Wrong when they run, and contained anywhere.
    {"answers_and_fails", {"error"}, {"error"}},
    {"answers_bad_utf8", {"invalid_output"}, {"invalid_output"}},
    {"answers_deep", {"invalid_output"}, {"invalid_output"}},
    {"answers_doubled_key",
     {"invalid_output"},
     {"invalid_output", "JSON: byte 7: expected each key once, got \"a\" again"}},
    {"answers_huge", {"error"}, {"error", "the component met a limit"}},
    {"answers_not_json", {"invalid_output"}, {"invalid_output", "JSON: byte 0: expected a value, got 't'"}},
    {"answers_nothing", {"invalid_output"}, {"invalid_output"}},
    {"answers_off_schema",
     {"invalid_output"},
     {"invalid_output", "expected type integer at /n, got string \"many\""}},
    {"answers_twice", {"ok"}, {"ok", "{\"answer\":1}"}},
    {"asks_unneeded", {"denied"}, {"denied", "the component was denied what it asked for"}},
    {"calls_too_many", {"ok"}, {"ok", "{\"status\":9}"}},
    {"emits_nonsense", {"ok"}, {"ok", "{\"kind\":2,\"json\":2,\"text\":2}"}},
    {"fails_and_succeeds", {"error"}, {"error", "the component said OK and gave no answer"}},
    {"fails_badly", {"error"}, {"error", "the component failed"}},
    {"forges_token", {"ok"}, {"ok", "{\"next\":10,\"before\":10}"}},
    {"hogs", {"ok"}, {"ok"}},
    {"needs_unknown", {"error"}, {"error", "the component needs what this host does not have"}},
    {"no_answer", {"error"}, {"error", "the component said OK and gave no answer"}},
    {"sleeps", {"timeout"}, {"timeout", "no answer within 100 ms"}},
    {"spins", {"timeout"}, {"timeout", "no answer within 100 ms"}},
    {"throws", {"error"}, {"error", "thrown out of \"invoke\""}},
    // Contained by a process of their own.
    {"aborts", {"crashed"}, kNotContained},
    {"changes_process", {"ok"}, kNotContained},
    {"closes_descriptors", {"crashed"}, kNotContained},
    {"double_free", {"crashed"}, kNotContained},
    {"exits", {"crashed"}, kNotContained},
    {"floods_output", {"ok"}, kNotContained},
    {"forks", {"ok"}, kNotContained},
    {"frees_request", {"crashed"}, kNotContained},
    {"ignores_signals", {"timeout"}, kNotContained},
    {"kills_itself", {"crashed"}, kNotContained},
    {"leaks_descriptors", {"ok"}, kNotContained},
    {"leaks_memory", {"ok"}, kNotContained},
    {"leaks_threads", {"ok"}, kNotContained},
    {"never_returns", {"timeout"}, kNotContained},
    {"opens_socket", {"ok"}, kNotContained},
    {"overflows_stack", {"crashed"}, kNotContained},
    {"runs_program", {"ok"}, kNotContained},
    {"segfaults", {"crashed"}, kNotContained},
    {"speaks_nonsense", {"crashed"}, kNotContained},
    {"spins_forever", {"timeout"}, kNotContained},
    {"throws_in_thread", {"crashed"}, kNotContained},
    {"writes_to_request", {"ok"}, kNotContained},
};

}  // namespace cedar::host
