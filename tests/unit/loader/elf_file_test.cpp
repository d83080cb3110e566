#include "host/loader/elf_file.hpp"

#include "tests/support/elf_image.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

std::string refusal_of(std::span<const std::byte> bytes) {
    const auto elf = ElfFile::open(ByteView(bytes));
    return elf ? "" : elf.error().message;
}

template <class F>
std::string refusal_with_header(F change) {
    ElfImage image(ElfParts{.sections = true});
    image.change<Elf64_Ehdr>(0, change);
    return refusal_of(image.bytes());
}

template <class F>
std::string refusal_with_segment(F change) {
    ElfImage image(ElfParts{});
    image.change<Elf64_Phdr>(ElfImage::segment_at(ElfImage::kNote), change);
    return refusal_of(image.bytes());
}

TEST(ElfFile, OpensALibraryWithAndWithoutSections) {
    EXPECT_EQ(refusal_of(ElfImage(ElfParts{}).bytes()), "");
    EXPECT_EQ(refusal_of(ElfImage(ElfParts{.sections = true}).bytes()), "");
}

TEST(ElfFile, RefusesWhatIsNotElf) {
    EXPECT_EQ(refusal_of({}), "not an ELF file: it is empty");
    const std::string script = "#!/bin/sh\n";
    EXPECT_EQ(refusal_of(std::as_bytes(std::span(script))),
              "not an ELF file: expected 7f 45 4c 46 at its start, got 23 21 2f 62");
    const std::string one = "x";
    EXPECT_EQ(refusal_of(std::as_bytes(std::span(one))),
              "not an ELF file: expected 7f 45 4c 46 at its start, got 78");
}

TEST(ElfFile, RefusesAHalfHeader) {
    ElfImage image(ElfParts{});
    image.truncate(63);
    EXPECT_EQ(refusal_of(image.bytes()), "truncated: the header takes 64 bytes from byte 0, the file has 63");
}

TEST(ElfFile, RefusesAnotherMachine) {
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_ident[EI_CLASS] = ELFCLASS32; }),
              "wrong machine: expected a 64-bit library");
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_ident[EI_DATA] = ELFDATA2MSB; }),
              "wrong machine: expected a little-endian library");
#if defined(__x86_64__)
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_machine = EM_AARCH64; }),
              "wrong machine: expected x86-64, got AArch64");
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_machine = 4242; }),
              "wrong machine: expected x86-64, got machine 4242");
#endif
}

TEST(ElfFile, RefusesWhatIsNotASharedLibrary) {
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_type = ET_REL; }),
              "not a shared library: expected ELF type 3, got 1");
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_version = 2; }), "not an ELF file of version 1");
}

TEST(ElfFile, RefusesASegmentTableOutsideTheFile) {
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_phoff = ~0ULL; }).substr(0, 36),
              "truncated: the segment table takes 1");
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_phnum = 0; }),
              "not a loadable library: it has no segments");
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_phnum = 257; }),
              "broken segment table: expected at most 256 entries, got 257");
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_phentsize = 32; }),
              "broken segment table: expected entries of 56 bytes, got 32");
}

TEST(ElfFile, RefusesASegmentOutsideTheFile) {
    EXPECT_EQ(refusal_with_segment([](auto& segment) {
                  segment.p_offset = 16;
                  segment.p_filesz = 1 << 20;
              }).substr(0, 53),
              "truncated: segment 2 takes 1048576 bytes from byte 16");
    EXPECT_EQ(refusal_with_segment([](auto& segment) {
                  segment.p_offset = ~0ULL - 3;
                  segment.p_filesz = 8;
              }).substr(0, 33),
              "truncated: segment 2 takes 8 byte");
}

TEST(ElfFile, RefusesASectionTableOutsideTheFile) {
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_shentsize = 1; }),
              "broken section table: expected entries of 64 bytes, got 1");
    EXPECT_EQ(refusal_with_header([](auto& header) { header.e_shnum = 60000; }).substr(0, 44),
              "truncated: the section table takes 3840000 b");
}

TEST(ElfFile, RefusesASectionOutsideTheFile) {
    ElfImage image(ElfParts{.sections = true});
    image.change<Elf64_Shdr>(image.section_at(1), [](auto& section) { section.sh_size = 1 << 20; });
    EXPECT_EQ(refusal_of(image.bytes()).substr(0, 41), "truncated: section 1 takes 1048576 bytes ");
}

TEST(ElfFile, RefusesEveryTruncationOfItself) {
    const ElfImage whole(ElfParts{.sections = true, .manifests = {"{}"}});
    for (std::size_t size = 0; size < whole.bytes().size(); ++size) {
        EXPECT_NE(refusal_of(whole.bytes().first(size)), "") << size;
    }
}

TEST(ElfFile, FindsAnAddressInTheFilePartOfASegmentOnly) {
    ElfImage image(ElfParts{});
    image.change<Elf64_Phdr>(ElfImage::segment_at(ElfImage::kLoad), [](auto& segment) {
        segment.p_vaddr = 0x1000;
        segment.p_filesz = 0x80;
        segment.p_memsz = 0x200;
    });
    const auto elf = ElfFile::open(ByteView(image.bytes()));
    ASSERT_TRUE(elf);
    EXPECT_FALSE(elf->at_address(0xfff));
    EXPECT_EQ(elf->at_address(0x1000)->size(), 0x80U);
    EXPECT_EQ(elf->at_address(0x107f)->size(), 1U);
    EXPECT_FALSE(elf->at_address(0x1080));
}

}  // namespace
}  // namespace cedar::host::loader
