#include "host/loader/elf_file.hpp"

#include "host/loader/digest.hpp"

#include <span>
#include <string>
#include <string_view>

namespace cedar::host::loader {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kHostMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kHostMachine = EM_AARCH64;
#else
#error "cedar: the loader knows x86-64 and AArch64"
#endif

// Real libraries have about ten; the bound keeps hostile tables from costing time.
constexpr std::uint16_t kMaxSegments = 256;

Error refuse(std::string message) {
    return Error{ErrorCode::invalid_argument, std::move(message), {}};
}

std::string machine_name(std::uint16_t machine) {
    switch (machine) {
        case EM_X86_64: return "x86-64";
        case EM_AARCH64: return "AArch64";
        case EM_386: return "x86";
        case EM_ARM: return "ARM";
        case EM_RISCV: return "RISC-V";
        case EM_PPC64: return "PowerPC64";
        case EM_S390: return "S/390";
        default: return "machine " + std::to_string(machine);
    }
}

std::string past_end(std::string what, std::uint64_t offset, std::uint64_t count, std::uint64_t size) {
    return "truncated: " + std::move(what) + " takes " + std::to_string(count) + " bytes from byte " +
           std::to_string(offset) + ", the file has " + std::to_string(size);
}

Result<void> check_identity(const Elf64_Ehdr& header) {
    if (header.e_ident[EI_CLASS] != ELFCLASS64) return refuse("wrong machine: expected a 64-bit library");
    if (header.e_ident[EI_DATA] != ELFDATA2LSB) return refuse("wrong machine: expected a little-endian library");
    if (header.e_machine != kHostMachine) {
        return refuse("wrong machine: expected " + machine_name(kHostMachine) + ", got " +
                      machine_name(header.e_machine));
    }
    if (header.e_ident[EI_VERSION] != EV_CURRENT || header.e_version != EV_CURRENT) {
        return refuse("not an ELF file of version 1");
    }
    if (header.e_type != ET_DYN) {
        return refuse("not a shared library: expected ELF type 3, got " + std::to_string(header.e_type));
    }
    return {};
}

}  // namespace

Result<ElfFile> ElfFile::open(ByteView file) {
    ElfFile elf(file);
    if (auto header = elf.read_header(); !header) return header.error();
    if (auto segments = elf.read_segments(); !segments) return segments.error();
    if (auto sections = elf.read_sections(); !sections) return sections.error();
    return elf;
}

Result<void> ElfFile::read_header() {
    if (file_.empty()) return refuse("not an ELF file: it is empty");
    const std::string_view start = file_.chars().substr(0, SELFMAG);
    if (start != std::string_view(ELFMAG, SELFMAG)) {
        return refuse("not an ELF file: expected 7f 45 4c 46 at its start, got " +
                      to_hex(std::as_bytes(std::span(start)), ' '));
    }
    const auto header = file_.read<Elf64_Ehdr>(0);
    if (!header) return refuse(past_end("the header", 0, sizeof(Elf64_Ehdr), file_.size()));
    header_ = *header;
    return check_identity(header_);
}

Result<void> ElfFile::read_segments() {
    if (header_.e_phnum == 0) return refuse("not a loadable library: it has no segments");
    if (header_.e_phnum > kMaxSegments) {
        return refuse("broken segment table: expected at most " + std::to_string(kMaxSegments) + " entries, got " +
                      std::to_string(header_.e_phnum));
    }
    if (header_.e_phentsize != sizeof(Elf64_Phdr)) {
        return refuse("broken segment table: expected entries of " + std::to_string(sizeof(Elf64_Phdr)) +
                      " bytes, got " + std::to_string(header_.e_phentsize));
    }
    const std::uint64_t bytes = std::uint64_t{header_.e_phnum} * sizeof(Elf64_Phdr);
    if (!file_.holds(header_.e_phoff, bytes)) {
        return refuse(past_end("the segment table", header_.e_phoff, bytes, file_.size()));
    }
    segments_.reserve(header_.e_phnum);
    for (std::uint64_t i = 0; i < header_.e_phnum; ++i) {
        segments_.push_back(*file_.read<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr)));
        const Elf64_Phdr& segment = segments_.back();
        if (!file_.holds(segment.p_offset, segment.p_filesz)) {
            return refuse(
                past_end("segment " + std::to_string(i), segment.p_offset, segment.p_filesz, file_.size()));
        }
    }
    return {};
}

// A half-copied file mostly lacks its end, where the section table stands: it is checked although loading does not
// need it. A library may be stripped of it altogether.
Result<void> ElfFile::read_sections() {
    if (header_.e_shoff == 0 || header_.e_shnum == 0) return {};
    if (header_.e_shentsize != sizeof(Elf64_Shdr)) {
        return refuse("broken section table: expected entries of " + std::to_string(sizeof(Elf64_Shdr)) +
                      " bytes, got " + std::to_string(header_.e_shentsize));
    }
    const std::uint64_t bytes = std::uint64_t{header_.e_shnum} * sizeof(Elf64_Shdr);
    if (!file_.holds(header_.e_shoff, bytes)) {
        return refuse(past_end("the section table", header_.e_shoff, bytes, file_.size()));
    }
    sections_.reserve(header_.e_shnum);
    for (std::uint64_t i = 0; i < header_.e_shnum; ++i) {
        sections_.push_back(*file_.read<Elf64_Shdr>(header_.e_shoff + i * sizeof(Elf64_Shdr)));
        const Elf64_Shdr& section = sections_.back();
        const bool in_file = section.sh_type != SHT_NOBITS && section.sh_type != SHT_NULL;
        if (in_file && !file_.holds(section.sh_offset, section.sh_size)) {
            return refuse(
                past_end("section " + std::to_string(i), section.sh_offset, section.sh_size, file_.size()));
        }
    }
    return {};
}

std::string ElfFile::machine() const {
    return machine_name(header_.e_machine);
}

ByteView ElfFile::bytes_of(const Elf64_Phdr& segment) const {
    return file_.slice(segment.p_offset, segment.p_filesz).value_or(ByteView{});
}

ByteView ElfFile::bytes_of(const Elf64_Shdr& section) const {
    if (section.sh_type == SHT_NOBITS || section.sh_type == SHT_NULL) return {};
    return file_.slice(section.sh_offset, section.sh_size).value_or(ByteView{});
}

std::optional<ByteView> ElfFile::at_address(std::uint64_t address) const {
    for (const Elf64_Phdr& segment : segments_) {
        if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
        const std::uint64_t into = address - segment.p_vaddr;
        if (into < segment.p_filesz) return bytes_of(segment).slice(into, segment.p_filesz - into);
    }
    return std::nullopt;
}

}  // namespace cedar::host::loader
