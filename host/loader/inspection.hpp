#pragma once
#include "host/core/manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cedar::host::loader {

// What the ELF file says of itself.
struct ElfFacts {
    std::string machine;              // "x86-64"
    std::string build_id;             // hex, or empty
    std::string soname;               // or empty
    std::string runpath;              // DT_RUNPATH or DT_RPATH, or empty
    std::vector<std::string> needed;  // libraries that the loader will look for, in order
};

// The data part of `cedar_entry_v1`, as it stands in the file.
struct EntryFacts {
    std::uint32_t magic = 0;
    std::uint32_t struct_size = 0;
    std::uint16_t abi_major = 0, abi_minor = 0;
};

// All that can be known of a library without running any of it. As much is filled in as could be read,
// also for a library that is refused.
struct Inspection {
    std::uint64_t size = 0;  // bytes of the file
    std::string sha256;      // 64 hex digits; filled in by inspect_file only
    std::optional<ElfFacts> elf;
    std::optional<EntryFacts> entry;
    std::string manifest_json;  // as it stands in the file, or empty
    std::optional<PluginManifest> manifest;
    std::string refusal;  // why a host of this version would not load it: one sentence; empty: it would

    [[nodiscard]] bool acceptable() const { return refusal.empty(); }
};

// Judges the bytes of a library: ELF, entry, versions, manifest, in this order; the first thing wrong is the
// refusal. Any bytes may be given: every offset is checked. Thread: any.
[[nodiscard]] Inspection inspect(std::span<const std::byte> image);

// Reads the file into memory (it is never mapped) and inspects it. Error not_found, invalid_argument (not a regular
// file), limit (above `max_bytes`), io; the message names the file. Thread: any. Blocking: reads the file.
[[nodiscard]] Result<Inspection> inspect_file(const std::filesystem::path& file,
                                              std::uint64_t max_bytes = 256 * 1024 * 1024);

}  // namespace cedar::host::loader
