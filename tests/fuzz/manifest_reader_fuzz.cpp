// The reader of plugin libraries: whatever the bytes, it says what is wrong and comes back. Bytes that begin as an
// ELF file are taken for a library, anything else for a manifest, which is put into a library that is in order.
#include "host/core/check.hpp"
#include "host/loader/inspection.hpp"
#include "tests/support/elf_image.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

using namespace cedar::host;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto judge = [](std::span<const std::byte> image) {
        const loader::Inspection found = loader::inspect(image);
        CEDAR_CHECK(!found.acceptable() || (found.elf && found.entry && found.manifest));
    };
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (text.starts_with(std::string_view(ELFMAG, SELFMAG))) {
        judge(std::as_bytes(std::span(data, size)));
    } else {
        loader::ElfParts parts;
        parts.manifests = {text};
        judge(loader::ElfImage(parts).bytes());
    }
    return 0;
}
