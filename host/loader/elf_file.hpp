#pragma once
#include "host/core/error.hpp"
#include "host/loader/byte_view.hpp"

#include <elf.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host::loader {

// A shared library for this machine, its header, segment and section tables checked to lie inside the file. It
// reads only what the host needs and trusts no number in it. Ownership: borrows the bytes given to open(); they
// must outlive it. Thread: any. Source: System V gABI, chapters 4 and 5.
class ElfFile {
public:
    // Error invalid_argument: not ELF, another class, byte order, machine or type, or truncated; the message says
    // which.
    [[nodiscard]] static Result<ElfFile> open(ByteView file);

    [[nodiscard]] const std::vector<Elf64_Phdr>& segments() const { return segments_; }
    [[nodiscard]] const std::vector<Elf64_Shdr>& sections() const { return sections_; }

    [[nodiscard]] std::string machine() const;  // "x86-64"

    // The file's bytes of a segment or section; empty for one without bytes in the file.
    [[nodiscard]] ByteView bytes_of(const Elf64_Phdr& segment) const;
    [[nodiscard]] ByteView bytes_of(const Elf64_Shdr& section) const;

    // The bytes that will stand at `address` once loaded, from there to the end of their segment's file part.
    // None when no loaded segment has file bytes there.
    [[nodiscard]] std::optional<ByteView> at_address(std::uint64_t address) const;

private:
    explicit ElfFile(ByteView file) : file_(file) {}
    [[nodiscard]] Result<void> read_header();
    [[nodiscard]] Result<void> read_segments();
    [[nodiscard]] Result<void> read_sections();

    ByteView file_;
    Elf64_Ehdr header_{};
    std::vector<Elf64_Phdr> segments_;
    std::vector<Elf64_Shdr> sections_;
};

}  // namespace cedar::host::loader
