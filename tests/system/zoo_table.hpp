#pragma once
#include <array>

namespace cedar::host {

// What becomes of a library: at the door (a state and its reason), or of its component in a run (a status, and the
// message of its error or what it answered).
struct Fate {
    const char* what = nullptr;
    const char* words = nullptr;  // "$FILE" stands for the library's path, a "*" at the end for anything
};

struct Animal {
    const char* name;  // of the library, and of its component "fixture.<name>"
    Fate process;
    Fate in_process;  // none: only a process of its own can contain it
};

// What only a process of its own can contain.
inline constexpr Fate kNotContained{};

inline constexpr const char* kProbeAborted =
    "its probe was killed by SIGABRT; `cedar plugins clear $FILE` lets it be tried again";
inline constexpr const char* kProbeExited =
    "its probe ended with code 9; `cedar plugins clear $FILE` lets it be tried again";
inline constexpr const char* kProbeHung =
    "its probe did not come to an end within 2000 ms; `cedar plugins clear $FILE` lets it be tried again";

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
    {"constructor_aborts", {"quarantined", kProbeAborted}, {"quarantined", kProbeAborted}},
    {"constructor_hangs", {"quarantined", kProbeHung}, {"quarantined", kProbeHung}},
    {"init_aborts", {"quarantined", kProbeAborted}, {"quarantined", kProbeAborted}},
    {"init_hangs", {"quarantined", kProbeHung}, {"quarantined", kProbeHung}},
    {"create_aborts", {"quarantined", kProbeAborted}, {"quarantined", kProbeAborted}},
    {"create_exits", {"quarantined", kProbeExited}, {"quarantined", kProbeExited}},
    {"create_hangs", {"quarantined", kProbeHung}, {"quarantined", kProbeHung}},
    {"destroy_aborts", {"quarantined", kProbeAborted}, {"quarantined", kProbeAborted}},
    {"deinit_aborts", {"quarantined", kProbeAborted}, {"quarantined", kProbeAborted}},
    {"deinit_hangs", {"quarantined", kProbeHung}, {"quarantined", kProbeHung}},
    {"create_fails",
     {"no run", "components: this host has no component \"fixture.create_fails\""},
     {"no run", "components: this host has no component \"fixture.create_fails\""}},
    // Wrong when they run, and contained anywhere.
    {"answers_and_fails",
     {"error", "the component needs something that is down"},
     {"error", "the component needs something that is down"}},
    {"answers_bad_utf8",
     {"invalid_output", "JSON: byte 9: expected well-formed UTF-8, got byte 0xc3"},
     {"invalid_output", "JSON: byte 9: expected well-formed UTF-8, got byte 0xc3"}},
    {"answers_deep",
     {"invalid_output", "JSON: byte 64: expected at most 64 levels of nesting"},
     {"invalid_output", "JSON: byte 64: expected at most 64 levels of nesting"}},
    {"answers_doubled_key",
     {"invalid_output", "JSON: byte 7: expected each key once, got \"a\" again"},
     {"invalid_output", "JSON: byte 7: expected each key once, got \"a\" again"}},
    {"answers_huge", {"error", "the component met a limit"}, {"error", "the component met a limit"}},
    {"answers_not_json",
     {"invalid_output", "JSON: byte 0: expected a value, got 't'"},
     {"invalid_output", "JSON: byte 0: expected a value, got 't'"}},
    {"answers_nothing",
     {"invalid_output", "JSON: byte 0: expected a value, got the end"},
     {"invalid_output", "JSON: byte 0: expected a value, got the end"}},
    {"answers_off_schema",
     {"invalid_output", "expected type integer at /n, got string \"many\""},
     {"invalid_output", "expected type integer at /n, got string \"many\""}},
    {"answers_twice", {"ok", "{\"answer\":1}"}, {"ok", "{\"answer\":1}"}},
    {"asks_unneeded",
     {"denied", "the component was denied what it asked for"},
     {"denied", "the component was denied what it asked for"}},
    {"calls_too_many", {"ok", "{\"status\":9}"}, {"ok", "{\"status\":9}"}},
    {"emits_nonsense", {"ok", "{\"kind\":2,\"json\":2,\"text\":2}"}, {"ok", "{\"kind\":2,\"json\":2,\"text\":2}"}},
    {"fails_and_succeeds",
     {"error", "the component said OK and gave no answer"},
     {"error", "the component said OK and gave no answer"}},
    {"fails_badly", {"error", "the component failed"}, {"error", "the component failed"}},
    {"floods", {"ok", "{\"emits\":*"}, {"ok", "{\"emits\":*"}},
    {"forges_token", {"ok", "{\"next\":10,\"before\":10}"}, {"ok", "{\"next\":10,\"before\":10}"}},
    {"hogs", {"ok", "{}"}, {"ok", "{}"}},
    {"needs_unknown",
     {"error", "the component needs what this host does not have"},
     {"error", "the component needs what this host does not have"}},
    {"no_answer",
     {"error", "the component said OK and gave no answer"},
     {"error", "the component said OK and gave no answer"}},
    {"sleeps", {"timeout", "no answer within 100 ms"}, {"timeout", "no answer within 100 ms"}},
    {"spins", {"timeout", "no answer within 100 ms"}, {"timeout", "no answer within 100 ms"}},
    {"stray_thread", {"ok", "{}"}, {"ok", "{}"}},
    {"throws", {"error", "thrown out of \"invoke\""}, {"error", "thrown out of \"invoke\""}},
    // Contained by a process of their own.
    {"aborts", {"crashed", "its worker process was killed by SIGABRT"}, kNotContained},
    {"changes_process", {"ok", "{\"changed\":true}"}, kNotContained},
    {"closes_descriptors", {"crashed", "its worker process *"}, kNotContained},
    {"double_free", {"crashed", "its worker process was killed by SIGABRT*"}, kNotContained},
    {"exits", {"crashed", "its worker process ended with code 3"}, kNotContained},
    {"floods_output", {"ok", "{}"}, kNotContained},
    {"forks", {"ok", "{\"forked\":false}"}, kNotContained},
    {"frees_request", {"crashed", "its worker process was killed by SIGABRT*"}, kNotContained},
    {"ignores_signals", {"timeout", "no answer within 200 ms"}, kNotContained},
    {"kills_itself", {"crashed", "its worker process was killed by SIGKILL"}, kNotContained},
    {"leaks_descriptors", {"ok", "{\"all\":false}"}, kNotContained},
    {"leaks_memory", {"ok", "{\"all\":false}"}, kNotContained},
    {"leaks_threads", {"ok", "{}"}, kNotContained},
    {"never_returns", {"timeout", "no answer within 200 ms"}, kNotContained},
    {"opens_socket", {"ok", "{\"opened\":false}"}, kNotContained},
    {"overflows_stack",
     {"crashed",
      "its worker process was killed by SIGSEGV: cedar: component fixture.overflows_stack overflowed its stack of "
      "256 KiB (manifest: stack_kib)"},
     kNotContained},
    {"runs_program", {"ok", "{\"ran\":false}"}, kNotContained},
    {"segfaults",
     {"crashed",
      "its worker process was killed by SIGSEGV: cedar: component fixture.segfaults was running when the process "
      "faulted"},
     kNotContained},
    {"speaks_nonsense",
     {"crashed", "its worker process sent nonsense: expected a known message, got type 28261"},
     kNotContained},
    {"spins_forever", {"timeout", "no answer within 200 ms"}, kNotContained},
    {"throws_in_thread",
     {"crashed", "its worker process was killed by SIGABRT:   what():  nobody catches this"},
     kNotContained},
    {"writes_to_request", {"ok", "{}"}, kNotContained},
};

}  // namespace cedar::host
