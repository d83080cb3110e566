#include "host/loader/elf_notes.hpp"

#include <algorithm>

namespace cedar::host::loader {

namespace {

constexpr unsigned kMaxNotes = 1024;

std::uint64_t aligned(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

class NoteWalk {
public:
    NoteWalk(std::string_view name, std::uint32_t type) : name_(name), type_(type) {}

    // `alignment` as the table declares it: notes are padded to 4, or to 8 where the table says so.
    void walk(ByteView table, std::uint64_t alignment) {
        const std::uint64_t step = alignment == 8 ? 8 : 4;
        std::uint64_t offset = 0;
        while (offset < table.size()) {
            const auto header = table.read<Elf64_Nhdr>(offset);
            if (!header || ++seen_ > kMaxNotes) return fail();
            const std::uint64_t name_at = offset + sizeof(Elf64_Nhdr);
            const std::uint64_t content_at = aligned(name_at + header->n_namesz, step);
            const auto name = table.slice(name_at, header->n_namesz);
            const auto content = table.slice(content_at, header->n_descsz);
            if (!name || !content) return fail();
            if (header->n_type == type_ && is_named(name->chars())) keep(*content);
            offset = aligned(content_at + header->n_descsz, step);
        }
    }

    [[nodiscard]] Notes take() { return std::move(notes_); }

private:
    void fail() { notes_.broken = true; }

    // The name is stored with its NUL.
    [[nodiscard]] bool is_named(std::string_view stored) const {
        return stored.size() == name_.size() + 1 && stored.starts_with(name_) && stored.back() == '\0';
    }

    void keep(ByteView content) {
        const auto same = [&](const ByteView& other) {
            return other.chars().data() == content.chars().data() && other.size() == content.size();
        };
        if (std::ranges::none_of(notes_.contents, same)) notes_.contents.push_back(content);
    }

    std::string_view name_;
    std::uint32_t type_;
    unsigned seen_ = 0;
    Notes notes_;
};

}  // namespace

Notes find_notes(const ElfFile& elf, std::string_view name, std::uint32_t type) {
    NoteWalk walk(name, type);
    for (const Elf64_Phdr& segment : elf.segments()) {
        if (segment.p_type == PT_NOTE) walk.walk(elf.bytes_of(segment), segment.p_align);
    }
    for (const Elf64_Shdr& section : elf.sections()) {
        if (section.sh_type == SHT_NOTE) walk.walk(elf.bytes_of(section), section.sh_addralign);
    }
    return walk.take();
}

}  // namespace cedar::host::loader
