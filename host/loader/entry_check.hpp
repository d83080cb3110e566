#pragma once
#include "host/core/error.hpp"
#include "host/loader/elf_dynamic.hpp"
#include "host/loader/inspection.hpp"

#include <cstdint>

struct cedar_entry;

namespace cedar::host::loader {

// The data part of the exported entry, as it stands in the file. Error invalid_argument: no such symbol, or one
// that is not initialised data of enough bytes. Thread: any.
[[nodiscard]] Result<EntryFacts> read_entry(const ElfFile& elf, const ElfDynamic& dynamic);

// Error invalid_argument: another magic, a size below the required functions, or a version that this host
// does not speak; both numbers are in the message. Thread: any.
[[nodiscard]] Result<void> check_entry(const EntryFacts& entry);

// The major numbers must be equal, the plugin's minor not above the host's. Error unsupported. Thread: any.
[[nodiscard]] Result<void> negotiate(std::uint16_t abi_major, std::uint16_t abi_minor);

// All required functions of a loaded entry are there. Error invalid_argument naming the first that is
// missing. Thread: any.
[[nodiscard]] Result<void> check_functions(const cedar_entry& entry);

}  // namespace cedar::host::loader
