#include "host/loader/elf_dynamic.hpp"

#include "tests/support/elf_image.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

using Hash = ElfParts::Hash;

bool finds(const ElfImage& image, std::string_view name) {
    const auto elf = ElfFile::open(ByteView(image.bytes()));
    EXPECT_TRUE(elf);
    return elf && ElfDynamic(*elf).find(name).has_value();
}

TEST(ElfDynamic, FindsASymbolThroughEitherHashTable) {
    for (const Hash hash : {Hash::gnu, Hash::sysv}) {
        const ElfImage image(ElfParts{.hash = hash});
        EXPECT_TRUE(finds(image, CEDAR_ENTRY_SYMBOL));
        EXPECT_FALSE(finds(image, "cedar_entry_v2"));
        EXPECT_FALSE(finds(image, ""));
    }
}

TEST(ElfDynamic, FindsNothingWithoutAHashTable) {
    EXPECT_FALSE(finds(ElfImage(ElfParts{.hash = Hash::none}), CEDAR_ENTRY_SYMBOL));
}

TEST(ElfDynamic, NamesWhatTheLibraryNeeds) {
    const ElfImage image(ElfParts{.needed = {"libm.so.6", "libc.so.6"}, .soname = "x.so", .runpath = "$ORIGIN"});
    const auto elf = ElfFile::open(ByteView(image.bytes()));
    ASSERT_TRUE(elf);
    const ElfDynamic dynamic(*elf);
    EXPECT_EQ(dynamic.needed(), (std::vector<std::string_view>{"libm.so.6", "libc.so.6"}));
    EXPECT_EQ(dynamic.soname(), "x.so");
    EXPECT_EQ(dynamic.runpath(), "$ORIGIN");
}

TEST(ElfDynamic, ReadsTablesOutsideTheFileAsAbsent) {
    for (const Elf64_Sxword tag : {DT_STRTAB, DT_SYMTAB, DT_GNU_HASH, DT_STRSZ}) {
        ElfImage image(ElfParts{});
        for (std::size_t at = image.dynamic_at(); image.get<Elf64_Dyn>(at).d_tag != DT_NULL;
             at += sizeof(Elf64_Dyn)) {
            image.change<Elf64_Dyn>(at, [&](auto& entry) {
                if (entry.d_tag == tag) entry.d_un.d_val = ~0ULL - 7;
            });
        }
        EXPECT_FALSE(finds(image, CEDAR_ENTRY_SYMBOL)) << tag;
    }
}

TEST(ElfDynamic, EndsOnAHashTableWithoutBuckets) {
    for (const Hash hash : {Hash::gnu, Hash::sysv}) {
        ElfImage image(ElfParts{.hash = hash});
        image.put(image.hash_at(), std::uint32_t{0});
        EXPECT_FALSE(finds(image, CEDAR_ENTRY_SYMBOL));
    }
}

TEST(ElfDynamic, EndsOnAChainThatGoesRound) {
    ElfImage image(ElfParts{.hash = Hash::sysv, .symbol = "other"});
    image.put(image.hash_at() + 16, std::uint32_t{1});  // the chain of symbol 1 goes on with symbol 1
    EXPECT_FALSE(finds(image, CEDAR_ENTRY_SYMBOL));
}

TEST(ElfDynamic, EndsOnAChainWithoutAnEnd) {
    ElfImage image(ElfParts{.symbol = "other"});
    image.put(image.hash_at() + 28, std::uint32_t{2});  // the lowest bit, which ends the chain, is not set
    EXPECT_FALSE(finds(image, CEDAR_ENTRY_SYMBOL));
}

TEST(ElfDynamic, SurvivesEveryValueInItsHashHeader) {
    for (const Hash hash : {Hash::gnu, Hash::sysv}) {
        for (std::size_t word = 0; word < 8; ++word) {
            for (const std::uint32_t value : {0U, 1U, 2U, 0x7fffffffU, 0x80000000U, 0xfffffffeU, 0xffffffffU}) {
                ElfImage image(ElfParts{.hash = hash});
                if (image.hash_at() + word * 4 + 4 > image.bytes().size()) continue;
                image.put(image.hash_at() + word * 4, value);
                finds(image, CEDAR_ENTRY_SYMBOL);  // whatever it finds, it comes back
            }
        }
    }
}

}  // namespace
}  // namespace cedar::host::loader
