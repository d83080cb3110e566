#include "host/loader/clean_pages.hpp"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

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

// Whole pages only: the first and the last may be shared with a segment that is written to.
std::size_t drop_segment(const dl_phdr_info& library, const ElfW(Phdr) & header) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t begin = (library.dlpi_addr + header.p_vaddr + page - 1) / page * page;
    const std::size_t end = (library.dlpi_addr + header.p_vaddr + header.p_filesz) / page * page;
    if (end <= begin) return 0;
    return ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED) == 0 ? end - begin : 0;
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
