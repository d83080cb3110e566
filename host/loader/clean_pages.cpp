#include "host/loader/clean_pages.hpp"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host::loader {
namespace {

struct Drop {
    std::string folder;  // with a '/' at its end
    std::size_t bytes = 0;
};

// Source: ELF gABI, "Dynamic Section": DT_TEXTREL, and DF_TEXTREL in DT_FLAGS.
bool text_was_relocated(const dl_phdr_info& library) {
    for (int i = 0; i < library.dlpi_phnum; ++i) {
        const ElfW(Phdr)& header = library.dlpi_phdr[i];
        if (header.p_type != PT_DYNAMIC) continue;
        const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(library.dlpi_addr + header.p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag == DT_TEXTREL) return true;
            if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0) return true;
        }
    }
    return false;
}

struct Pages {
    std::uintptr_t begin = 0, end = 0;
};

Pages pages_of(const dl_phdr_info& library, const ElfW(Phdr) & header) {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t at = library.dlpi_addr + header.p_vaddr;
    return {at / page * page, (at + header.p_memsz + page - 1) / page * page};
}

// A linker keeps segments that are written to on pages of their own; a library made by hand might not.
bool meets_written(const dl_phdr_info& library, Pages pages) {
    for (int i = 0; i < library.dlpi_phnum; ++i) {
        const ElfW(Phdr)& header = library.dlpi_phdr[i];
        if (header.p_type != PT_LOAD || (header.p_flags & PF_W) == 0) continue;
        const Pages written = pages_of(library, header);
        if (written.begin < pages.end && pages.begin < written.end) return true;
    }
    return false;
}

std::size_t drop_segment(const dl_phdr_info& library, const ElfW(Phdr) & header) {
    const Pages pages = pages_of(library, header);
    if (meets_written(library, pages)) return 0;
    const std::size_t size = pages.end - pages.begin;
    return ::madvise(reinterpret_cast<void*>(pages.begin), size, MADV_DONTNEED) == 0 ? size : 0;
}

int visit(dl_phdr_info* library, std::size_t, void* argument) {
    auto& drop = *static_cast<Drop*>(argument);
    const std::string_view name(library->dlpi_name == nullptr ? "" : library->dlpi_name);
    if (!name.starts_with(drop.folder) || text_was_relocated(*library)) return 0;
    for (int i = 0; i < library->dlpi_phnum; ++i) {
        const ElfW(Phdr)& header = library->dlpi_phdr[i];
        if (header.p_type == PT_LOAD && (header.p_flags & PF_W) == 0) drop.bytes += drop_segment(*library, header);
    }
    return 0;
}

}  // namespace

std::size_t drop_clean_pages(const std::filesystem::path& folder) {
    Drop drop{folder.string(), 0};
    if (drop.folder.empty()) return 0;
    if (drop.folder.back() != '/') drop.folder.push_back('/');
    ::dl_iterate_phdr(visit, &drop);
    return drop.bytes;
}

}  // namespace cedar::host::loader
