#include "host/loader/entry_check.hpp"

#include <cedar/abi.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace cedar::host::loader {

namespace {

// Everything but `cancel` is required.
constexpr std::uint64_t kLeastEntryBytes = offsetof(cedar_entry, cancel);

Error refuse(std::string message) {
    return Error{ErrorCode::invalid_argument, std::move(message), {}};
}

std::string hex32(std::uint32_t value) {
    std::array<char, 11> text{};
    std::snprintf(text.data(), text.size(), "0x%08x", value);
    return text.data();
}

std::string version_text(std::uint16_t major, std::uint16_t minor) {
    return std::to_string(major) + "." + std::to_string(minor);
}

// A library for another major exports another symbol: naming it beats "no entry".
Error no_entry(const ElfDynamic& dynamic) {
    const std::string expected = "no entry: expected the exported symbol " CEDAR_ENTRY_SYMBOL;
    for (int major = 2; major <= 9; ++major) {
        const std::string other = "cedar_entry_v" + std::to_string(major);
        if (dynamic.find(other)) return refuse(expected + ", got " + other);
    }
    return refuse(expected);
}

Result<void> check_symbol(const Elf64_Sym& symbol) {
    const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    if (ELF64_ST_TYPE(symbol.st_info) != STT_OBJECT) return refuse(CEDAR_ENTRY_SYMBOL " is not data");
    if (visibility != STV_DEFAULT && visibility != STV_PROTECTED) return refuse(CEDAR_ENTRY_SYMBOL " is hidden");
    if (symbol.st_size < kLeastEntryBytes) {
        return refuse(CEDAR_ENTRY_SYMBOL " is too small: expected at least " + std::to_string(kLeastEntryBytes) +
                      " bytes, got " + std::to_string(symbol.st_size));
    }
    return {};
}

}  // namespace

Result<EntryFacts> read_entry(const ElfFile& elf, const ElfDynamic& dynamic) {
    const auto symbol = dynamic.find(CEDAR_ENTRY_SYMBOL);
    if (!symbol || symbol->st_shndx == SHN_UNDEF) return no_entry(dynamic);
    if (auto fits = check_symbol(*symbol); !fits) return fits.error();
    const auto bytes = elf.at_address(symbol->st_value);
    if (!bytes || bytes->size() < kLeastEntryBytes) return refuse(CEDAR_ENTRY_SYMBOL " is not initialised data");
    EntryFacts facts;
    facts.magic = *bytes->read<std::uint32_t>(offsetof(cedar_entry, magic));
    facts.struct_size = *bytes->read<std::uint32_t>(offsetof(cedar_entry, struct_size));
    facts.abi_major = *bytes->read<std::uint16_t>(offsetof(cedar_entry, abi_major));
    facts.abi_minor = *bytes->read<std::uint16_t>(offsetof(cedar_entry, abi_minor));
    if (facts.magic == CEDAR_ENTRY_MAGIC && facts.struct_size > symbol->st_size) {
        return refuse(CEDAR_ENTRY_SYMBOL " says that it has " + std::to_string(facts.struct_size) +
                      " bytes, its symbol has " + std::to_string(symbol->st_size));
    }
    return facts;
}

Result<void> check_entry(const EntryFacts& entry) {
    if (entry.magic != CEDAR_ENTRY_MAGIC) {
        return refuse("wrong magic in " CEDAR_ENTRY_SYMBOL ": expected " + hex32(CEDAR_ENTRY_MAGIC) + ", got " +
                      hex32(entry.magic));
    }
    if (auto speaks = negotiate(entry.abi_major, entry.abi_minor); !speaks) return speaks.error();
    if (entry.struct_size < kLeastEntryBytes) {
        return refuse(CEDAR_ENTRY_SYMBOL ".struct_size: expected at least " + std::to_string(kLeastEntryBytes) +
                      ", got " + std::to_string(entry.struct_size));
    }
    return {};
}

Result<void> negotiate(std::uint16_t abi_major, std::uint16_t abi_minor) {
    const bool same_major = abi_major == CEDAR_ABI_MAJOR;
    if (same_major && abi_minor <= CEDAR_ABI_MINOR) return {};
    const std::string rule =
        same_major ? "its minor number must not be above the host's" : "the major numbers must be equal";
    return Error{ErrorCode::unsupported,
                 "wrong interface version: the library has " + version_text(abi_major, abi_minor) +
                     ", this host has " + version_text(CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR) + "; " + rule,
                 {}};
}

Result<void> check_functions(const cedar_entry& entry) {
    const auto missing = [&]() -> std::string_view {
        if (entry.init == nullptr) return "init";
        if (entry.deinit == nullptr) return "deinit";
        if (entry.create == nullptr) return "create";
        if (entry.destroy == nullptr) return "destroy";
        if (entry.invoke == nullptr) return "invoke";
        return {};
    }();
    if (missing.empty()) return {};
    return refuse("missing required function in " CEDAR_ENTRY_SYMBOL ": " + std::string(missing));
}

}  // namespace cedar::host::loader
