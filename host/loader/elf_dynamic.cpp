#include "host/loader/elf_dynamic.hpp"

#include <algorithm>
#include <cstdint>

namespace cedar::host::loader {

namespace {

constexpr std::size_t kMaxNeeded = 1024;
constexpr std::size_t kMaxEntries = 8192;

std::uint32_t gnu_hash(std::string_view name) {
    std::uint32_t hash = 5381;
    for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
    return hash;
}

std::uint32_t sysv_hash(std::string_view name) {
    std::uint32_t hash = 0;
    for (const char c : name) {
        hash = (hash << 4) + static_cast<unsigned char>(c);
        const std::uint32_t top = hash & 0xf0000000U;
        hash = (hash ^ (top >> 24)) & ~top;
    }
    return hash;
}

}  // namespace

ElfDynamic::ElfDynamic(const ElfFile& elf) : elf_(elf) {
    const auto& segments = elf.segments();
    const auto dynamic = std::ranges::find(segments, Elf64_Word{PT_DYNAMIC}, &Elf64_Phdr::p_type);
    if (dynamic != segments.end()) read_table(elf.bytes_of(*dynamic));
}

void ElfDynamic::read_table(ByteView table) {
    std::vector<Elf64_Dyn> entries;
    std::uint64_t strings_size = 0;
    for (std::uint64_t offset = 0; entries.size() < kMaxEntries; offset += sizeof(Elf64_Dyn)) {
        const auto entry = table.read<Elf64_Dyn>(offset);
        if (!entry || entry->d_tag == DT_NULL) break;
        entries.push_back(*entry);
        const auto target = [&] { return elf_.at_address(entry->d_un.d_ptr).value_or(ByteView{}); };
        switch (entry->d_tag) {
            case DT_STRTAB: strings_ = target(); break;
            case DT_STRSZ: strings_size = entry->d_un.d_val; break;
            case DT_SYMTAB: symbols_ = target(); break;
            case DT_GNU_HASH: gnu_hash_ = target(); break;
            case DT_HASH: sysv_hash_ = target(); break;
            default: break;
        }
    }
    strings_ = strings_.slice(0, strings_size).value_or(ByteView{});
    read_names(entries);
}

void ElfDynamic::read_names(const std::vector<Elf64_Dyn>& entries) {
    for (const Elf64_Dyn& entry : entries) {
        const auto name = [&] { return strings_.text(entry.d_un.d_val).value_or(std::string_view{}); };
        switch (entry.d_tag) {
            case DT_NEEDED:
                if (needed_.size() < kMaxNeeded) needed_.push_back(name());
                break;
            case DT_SONAME: soname_ = name(); break;
            case DT_RPATH:
                if (runpath_.empty()) runpath_ = name();
                break;
            case DT_RUNPATH: runpath_ = name(); break;
            default: break;
        }
    }
}

std::optional<Elf64_Sym> ElfDynamic::find(std::string_view name) const {
    if (!gnu_hash_.empty()) return find_by_gnu_hash(name);
    return find_by_sysv_hash(name);
}

std::optional<Elf64_Sym> ElfDynamic::symbol_if_named(std::uint64_t index, std::string_view name) const {
    const auto symbol = symbols_.read<Elf64_Sym>(index * sizeof(Elf64_Sym));
    if (!symbol || strings_.text(symbol->st_name) != name) return std::nullopt;
    return symbol;
}

// Layout: buckets, first hashed symbol, bloom words, bloom shift; the bloom filter; the buckets; one hash for each
// symbol, whose lowest bit ends a chain. Chains only go forward, so a hostile one ends with the file.
std::optional<Elf64_Sym> ElfDynamic::find_by_gnu_hash(std::string_view name) const {
    const auto bucket_count = gnu_hash_.read<std::uint32_t>(0);
    const auto first_symbol = gnu_hash_.read<std::uint32_t>(4);
    const auto bloom_words = gnu_hash_.read<std::uint32_t>(8);
    if (!bucket_count || !first_symbol || !bloom_words || *bucket_count == 0) return std::nullopt;
    const std::uint64_t buckets = 16 + std::uint64_t{*bloom_words} * 8;
    const std::uint64_t chains = buckets + std::uint64_t{*bucket_count} * 4;
    const std::uint32_t hash = gnu_hash(name);
    const auto start = gnu_hash_.read<std::uint32_t>(buckets + std::uint64_t{hash % *bucket_count} * 4);
    if (!start || *start < *first_symbol) return std::nullopt;
    for (std::uint64_t index = *start;; ++index) {
        const auto entry = gnu_hash_.read<std::uint32_t>(chains + (index - *first_symbol) * 4);
        if (!entry) return std::nullopt;
        if ((*entry | 1U) == (hash | 1U)) {
            if (const auto symbol = symbol_if_named(index, name)) return symbol;
        }
        if ((*entry & 1U) != 0) return std::nullopt;
    }
}

// Layout: bucket count, chain count, buckets, chains; each an index of a symbol, 0 ends. A hostile chain may
// go round, so no more steps than there are symbols.
std::optional<Elf64_Sym> ElfDynamic::find_by_sysv_hash(std::string_view name) const {
    const auto bucket_count = sysv_hash_.read<std::uint32_t>(0);
    const auto chain_count = sysv_hash_.read<std::uint32_t>(4);
    if (!bucket_count || !chain_count || *bucket_count == 0) return std::nullopt;
    const std::uint64_t chains = 8 + std::uint64_t{*bucket_count} * 4;
    if (!sysv_hash_.holds(chains, std::uint64_t{*chain_count} * 4)) return std::nullopt;
    auto index = sysv_hash_.read<std::uint32_t>(8 + std::uint64_t{sysv_hash(name) % *bucket_count} * 4);
    for (std::uint32_t steps = 0; index && *index != 0 && steps < *chain_count; ++steps) {
        if (const auto symbol = symbol_if_named(*index, name)) return symbol;
        index = sysv_hash_.read<std::uint32_t>(chains + std::uint64_t{*index} * 4);
    }
    return std::nullopt;
}

}  // namespace cedar::host::loader
