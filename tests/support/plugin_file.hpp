#pragma once
#include <cedar/abi.h>

#include <dlfcn.h>
#include <elf.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace cedar::test {

// A plugin library as a file, read without the host's loader so that SDK and loader are tested apart. Sound files
// only: broken ones are the loader's subject. Everything throws std::runtime_error.
class PluginFile {
public:
    explicit PluginFile(const std::filesystem::path& path) : path_(path) {
        std::ifstream in(path, std::ios::binary);
        bytes_.resize(std::filesystem::file_size(path));
        if (!in.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()))) {
            throw std::runtime_error("cannot read " + path.string());
        }
    }

    // The text of the manifest note; there is exactly one.
    [[nodiscard]] std::string manifest() const {
        std::vector<std::string> found;
        const auto header = at<Elf64_Ehdr>(0);
        for (std::size_t index = 0; index < header.e_phnum; ++index) {
            const auto segment = at<Elf64_Phdr>(header.e_phoff + index * sizeof(Elf64_Phdr));
            if (segment.p_type == PT_NOTE) collect_notes(segment, found);
        }
        if (found.size() != 1) throw std::runtime_error(std::to_string(found.size()) + " manifest notes");
        return found.front();
    }

    // Names of the symbols that the library offers to others.
    [[nodiscard]] std::vector<std::string> exports() const {
        std::vector<std::string> names;
        const auto header = at<Elf64_Ehdr>(0);
        for (std::size_t index = 0; index < header.e_shnum; ++index) {
            const auto section = at<Elf64_Shdr>(header.e_shoff + index * sizeof(Elf64_Shdr));
            if (section.sh_type != SHT_DYNSYM) continue;
            const auto strings = at<Elf64_Shdr>(header.e_shoff + section.sh_link * sizeof(Elf64_Shdr));
            for (std::size_t offset = 0; offset < section.sh_size; offset += sizeof(Elf64_Sym)) {
                const auto symbol = at<Elf64_Sym>(section.sh_offset + offset);
                if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_BIND(symbol.st_info) == STB_LOCAL) continue;
                names.emplace_back(&bytes_.at(strings.sh_offset + symbol.st_name));
            }
        }
        return names;
    }

    // Loads the library, for the rest of the process.
    [[nodiscard]] const cedar_entry& entry() const {
        void* library = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (library == nullptr) throw std::runtime_error(dlerror());
        const void* symbol = dlsym(library, CEDAR_ENTRY_SYMBOL);
        if (symbol == nullptr) throw std::runtime_error(dlerror());
        return *static_cast<const cedar_entry*>(symbol);
    }

private:
    template <class T>
    [[nodiscard]] T at(std::size_t offset) const {
        if (offset + sizeof(T) > bytes_.size()) throw std::runtime_error("truncated ELF file");
        T value;
        std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return value;
    }

    void collect_notes(const Elf64_Phdr& segment, std::vector<std::string>& found) const {
        const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
        std::size_t offset = segment.p_offset;
        while (offset + sizeof(Elf64_Nhdr) <= segment.p_offset + segment.p_filesz) {
            const auto note = at<Elf64_Nhdr>(offset);
            const std::size_t name = offset + sizeof note;
            const std::size_t text = name + padded(note.n_namesz);
            const std::string owner(&bytes_.at(name), note.n_namesz);
            if (owner == std::string("cedar", 6) && note.n_type == CEDAR_NOTE_TYPE) {
                found.emplace_back(&bytes_.at(text), note.n_descsz);
            }
            offset = text + padded(note.n_descsz);
        }
    }

    std::filesystem::path path_;
    std::vector<char> bytes_;
};

}  // namespace cedar::test
