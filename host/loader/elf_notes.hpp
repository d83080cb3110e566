#pragma once
#include "host/loader/elf_file.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace cedar::host::loader {

// The contents of the notes of one name and type.
struct Notes {
    std::vector<ByteView> contents;  // each once, though a note is mostly seen through a segment and a section
    bool broken = false;             // a note ran past its table, or there were too many: there may be more
};

// Walks the note segments, then the note sections (a linker script may leave out the segment). At most
// 1024 notes are looked at in all. Thread: any. Source: System V gABI, chapter 5, note section.
[[nodiscard]] Notes find_notes(const ElfFile& elf, std::string_view name, std::uint32_t type);

}  // namespace cedar::host::loader
