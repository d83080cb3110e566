#pragma once
#include "host/loader/elf_file.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace cedar::host::loader {

// The dynamic table of a library: what it needs and what it exports, looked up as the dynamic loader does, from the
// segments alone. A table that points outside the file reads as absent.
// Ownership: borrows `elf` and its bytes. Thread: any. Source: System V gABI, chapter 5; the GNU hash table.
class ElfDynamic {
public:
    explicit ElfDynamic(const ElfFile& elf);

    [[nodiscard]] const std::vector<std::string_view>& needed() const { return needed_; }  // at most 1024
    [[nodiscard]] std::string_view soname() const { return soname_; }
    [[nodiscard]] std::string_view runpath() const { return runpath_; }

    // The dynamic symbol of this name, defined or not. None when there is none.
    [[nodiscard]] std::optional<Elf64_Sym> find(std::string_view name) const;

private:
    void read_table(ByteView table);
    void read_names(const std::vector<Elf64_Dyn>& entries);
    [[nodiscard]] std::optional<Elf64_Sym> symbol_if_named(std::uint64_t index, std::string_view name) const;
    [[nodiscard]] std::optional<Elf64_Sym> find_by_gnu_hash(std::string_view name) const;
    [[nodiscard]] std::optional<Elf64_Sym> find_by_sysv_hash(std::string_view name) const;

    const ElfFile& elf_;
    ByteView strings_, symbols_, gnu_hash_, sysv_hash_;
    std::vector<std::string_view> needed_;
    std::string_view soname_, runpath_;
};

}  // namespace cedar::host::loader
