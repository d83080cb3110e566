#include "tests/support/elf_image.hpp"

namespace cedar::host::loader {

namespace {

constexpr std::uint16_t kSegments = 3, kSections = 3;
#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#else
constexpr std::uint16_t kMachine = EM_AARCH64;
#endif

std::uint32_t hash_of(std::string_view name) {
    std::uint32_t hash = 5381;
    for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
    return hash;
}

}  // namespace

ElfImage::ElfImage(const ElfParts& parts) {
    bytes_.resize(sizeof(Elf64_Ehdr) + kSegments * sizeof(Elf64_Phdr));
    append_symbols(parts);
    append_hash(parts);
    append_notes(parts);
    append_dynamic(parts);
    append_sections(parts);
    write_headers(parts);
}

std::size_t ElfImage::append_bytes(const void* data, std::size_t size) {
    bytes_.resize((bytes_.size() + 7) / 8 * 8);
    const std::size_t at = bytes_.size();
    const auto* from = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
    return at;
}

std::uint64_t ElfImage::add_string(std::string_view text) {
    const std::uint64_t at = strings_.size();
    strings_.append(text);
    strings_ += '\0';
    return at;
}

void ElfImage::append_symbols(const ElfParts& parts) {
    cedar_entry entry{};
    entry.magic = parts.magic;
    entry.struct_size = parts.struct_size;
    entry.abi_major = parts.abi_major;
    entry.abi_minor = parts.abi_minor;
    const std::size_t entry_at = append(entry);
    symbols_at_ = append(Elf64_Sym{});
    if (parts.symbol.empty()) return;
    Elf64_Sym symbol{};
    symbol.st_name = static_cast<Elf64_Word>(add_string(parts.symbol));
    symbol.st_info = parts.symbol_info;
    symbol.st_other = parts.visibility;
    symbol.st_shndx = 1;
    symbol.st_value = entry_at;
    symbol.st_size = parts.symbol_size;
    append(symbol);
}

void ElfImage::append_hash(const ElfParts& parts) {
    const std::uint32_t count = parts.symbol.empty() ? 0 : 1;
    std::vector<std::uint32_t> words;
    if (parts.hash == ElfParts::Hash::gnu) {
        words = {1, 1, 1, 0, 0xffffffff, 0xffffffff, count};  // one bloom word that lets all pass, one bucket
        if (count > 0) words.push_back(hash_of(parts.symbol) | 1U);
    } else if (parts.hash == ElfParts::Hash::sysv) {
        words = {1, 1 + count, count, 0};
        if (count > 0) words.push_back(0);
    }
    hash_at_ = append_bytes(words.data(), words.size() * 4);
}

void ElfImage::append_notes(const ElfParts& parts) {
    notes_at_ = append_bytes(nullptr, 0);
    for (const std::string& manifest : parts.manifests) {
        const Elf64_Nhdr header{sizeof CEDAR_NOTE_NAME, static_cast<Elf64_Word>(manifest.size()), CEDAR_NOTE_TYPE};
        // One after the other without padding to 8: the header is 12 bytes long.
        std::string note(sizeof header, '\0');
        std::memcpy(note.data(), &header, sizeof header);
        note.append("cedar\0\0\0", 8);
        note += manifest;
        const auto* text = reinterpret_cast<const std::byte*>(note.data());
        bytes_.insert(bytes_.end(), text, text + note.size());
        bytes_.resize((bytes_.size() + 3) / 4 * 4);
    }
    notes_size_ = bytes_.size() - notes_at_;
}

void ElfImage::append_dynamic(const ElfParts& parts) {
    std::vector<Elf64_Dyn> table;
    const auto add = [&](Elf64_Sxword tag, std::uint64_t value) {
        Elf64_Dyn entry{};
        entry.d_tag = tag;
        entry.d_un.d_val = value;
        table.push_back(entry);
    };
    for (const std::string& name : parts.needed) add(DT_NEEDED, add_string(name));
    if (!parts.soname.empty()) add(DT_SONAME, add_string(parts.soname));
    if (!parts.runpath.empty()) add(DT_RUNPATH, add_string(parts.runpath));
    strings_at_ = append_bytes(strings_.data(), strings_.size());
    add(DT_STRTAB, strings_at_);
    add(DT_STRSZ, strings_.size());
    add(DT_SYMTAB, symbols_at_);
    if (parts.hash == ElfParts::Hash::gnu) add(DT_GNU_HASH, hash_at_);
    if (parts.hash == ElfParts::Hash::sysv) add(DT_HASH, hash_at_);
    add(DT_NULL, 0);
    dynamic_size_ = table.size() * sizeof(Elf64_Dyn);
    dynamic_at_ = append_bytes(table.data(), dynamic_size_);
}

void ElfImage::append_sections(const ElfParts& parts) {
    if (!parts.sections) return;
    Elf64_Shdr note{}, nothing{};
    note.sh_type = SHT_NOTE;
    note.sh_offset = notes_at_;
    note.sh_size = notes_size_;
    note.sh_addralign = 4;
    nothing.sh_type = SHT_NOBITS;  // takes no bytes of the file, so its size says nothing of it
    nothing.sh_offset = bytes_.size();
    nothing.sh_size = 1ULL << 40;
    sections_at_ = append(Elf64_Shdr{});
    append(note);
    append(nothing);
}

void ElfImage::write_headers(const ElfParts& parts) {
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_DYN;
    header.e_machine = kMachine;
    header.e_version = EV_CURRENT;
    header.e_phoff = sizeof(Elf64_Ehdr);
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = parts.note_segment ? kSegments : kSegments - 1;
    header.e_shoff = sections_at_;
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = parts.sections ? kSections : 0;
    put(0, header);
    const auto segment = [&](std::size_t index, std::uint32_t type, std::uint64_t at, std::uint64_t size) {
        Elf64_Phdr entry{};
        entry.p_type = type;
        entry.p_offset = entry.p_vaddr = at;
        entry.p_filesz = entry.p_memsz = size;
        entry.p_align = 4;
        put(segment_at(index), entry);
    };
    segment(kLoad, PT_LOAD, 0, bytes_.size());
    segment(kDynamic, PT_DYNAMIC, dynamic_at_, dynamic_size_);
    segment(kNote, PT_NOTE, notes_at_, notes_size_);
}

}  // namespace cedar::host::loader
