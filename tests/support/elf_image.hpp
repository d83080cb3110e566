#pragma once
#include <cedar/abi.h>
#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::loader {

// What a synthetic library is to hold.
struct ElfParts {
    enum class Hash { gnu, sysv, none };
    Hash hash = Hash::gnu;
    bool sections = false;  // a section table with the notes in it
    bool note_segment = true;
    std::vector<std::string> manifests{};  // a cedar note each
    std::vector<std::string> needed{};
    std::string soname{}, runpath{};
    std::string symbol = CEDAR_ENTRY_SYMBOL;  // the one exported; empty: none
    unsigned char symbol_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT);
    unsigned char visibility = STV_DEFAULT;
    std::uint64_t symbol_size = sizeof(cedar_entry);
    std::uint32_t magic = CEDAR_ENTRY_MAGIC, struct_size = sizeof(cedar_entry);
    std::uint16_t abi_major = CEDAR_ABI_MAJOR, abi_minor = CEDAR_ABI_MINOR;
};

// Builds the bytes of a small shared library for this machine in which addresses equal file offsets. It holds no
// code: it can be read, not loaded.
class ElfImage {
public:
    explicit ElfImage(const ElfParts& parts);

    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
    [[nodiscard]] std::vector<std::byte> copy() const { return bytes_; }

    // Where parts of it stand, to be broken by tests.
    static constexpr std::size_t kLoad = 0, kDynamic = 1, kNote = 2;  // indices of segments
    [[nodiscard]] static std::size_t segment_at(std::size_t index) {
        return sizeof(Elf64_Ehdr) + index * sizeof(Elf64_Phdr);
    }
    [[nodiscard]] std::size_t section_at(std::size_t index) const {
        return sections_at_ + index * sizeof(Elf64_Shdr);
    }
    [[nodiscard]] std::size_t notes_at() const { return notes_at_; }
    [[nodiscard]] std::size_t hash_at() const { return hash_at_; }
    [[nodiscard]] std::size_t dynamic_at() const { return dynamic_at_; }

    template <class T>
    void put(std::size_t offset, const T& value) {
        std::memcpy(bytes_.data() + offset, &value, sizeof value);
    }
    template <class T>
    [[nodiscard]] T get(std::size_t offset) const {
        T value;
        std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return value;
    }
    // Changes one field of a structure in place: change<Elf64_Ehdr>(0, [](auto& header) {...}).
    template <class T, class F>
    void change(std::size_t offset, F f) {
        T value = get<T>(offset);
        f(value);
        put(offset, value);
    }
    void truncate(std::size_t size) { bytes_.resize(size); }

private:
    template <class T>
    std::size_t append(const T& value) {
        return append_bytes(&value, sizeof value);
    }
    std::size_t append_bytes(const void* data, std::size_t size);
    std::uint64_t add_string(std::string_view text);
    void append_symbols(const ElfParts& parts);
    void append_hash(const ElfParts& parts);
    void append_notes(const ElfParts& parts);
    void append_dynamic(const ElfParts& parts);
    void append_sections(const ElfParts& parts);
    void write_headers(const ElfParts& parts);

    std::vector<std::byte> bytes_;
    std::string strings_ = std::string(1, '\0');
    std::size_t strings_at_ = 0, symbols_at_ = 0, hash_at_ = 0, notes_at_ = 0, notes_size_ = 0, dynamic_at_ = 0,
                dynamic_size_ = 0, sections_at_ = 0;
};

}  // namespace cedar::host::loader
