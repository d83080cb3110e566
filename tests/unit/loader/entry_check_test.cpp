#include "host/loader/entry_check.hpp"

#include "tests/support/elf_image.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

std::string read_refusal(const ElfImage& image) {
    const auto elf = ElfFile::open(ByteView(image.bytes()));
    if (!elf) return elf.error().message;
    const auto entry = read_entry(*elf, ElfDynamic(*elf));
    return entry ? "" : entry.error().message;
}

std::string check_refusal(const EntryFacts& facts) {
    const auto checked = check_entry(facts);
    return checked ? "" : checked.error().message;
}

EntryFacts good_facts() {
    return {CEDAR_ENTRY_MAGIC, sizeof(cedar_entry), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR};
}

cedar_entry good_functions() {
    cedar_entry entry{};
    entry.init = [](const cedar_host*) { return cedar_status{CEDAR_OK}; };
    entry.deinit = [] {};
    entry.create = [](const cedar_host*, cedar_invocation, cedar_view, cedar_view, void**) {
        return cedar_status{CEDAR_OK};
    };
    entry.destroy = [](void*) {};
    entry.invoke = [](void*, cedar_invocation, const cedar_request*) { return cedar_status{CEDAR_OK}; };
    return entry;
}

TEST(EntryCheck, ReadsTheDataOfTheEntryFromTheFile) {
    const ElfImage image(ElfParts{.magic = 7, .struct_size = 60, .abi_major = 3, .abi_minor = 9});
    const auto elf = ElfFile::open(ByteView(image.bytes()));
    ASSERT_TRUE(elf);
    const auto entry = read_entry(*elf, ElfDynamic(*elf));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->magic, 7U);
    EXPECT_EQ(entry->struct_size, 60U);
    EXPECT_EQ(entry->abi_major, 3U);
    EXPECT_EQ(entry->abi_minor, 9U);
}

TEST(EntryCheck, NamesTheSymbolThatIsNotThere) {
    EXPECT_EQ(read_refusal(ElfImage(ElfParts{.symbol = ""})),
              "no entry: expected the exported symbol cedar_entry_v1");
    EXPECT_EQ(read_refusal(ElfImage(ElfParts{.symbol = "cedar_entry_v2"})),
              "no entry: expected the exported symbol cedar_entry_v1, got cedar_entry_v2");
}

TEST(EntryCheck, WantsInitialisedVisibleData) {
    EXPECT_EQ(read_refusal(ElfImage(ElfParts{.symbol_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC)})),
              "cedar_entry_v1 is not data");
    EXPECT_EQ(read_refusal(ElfImage(ElfParts{.visibility = STV_HIDDEN})), "cedar_entry_v1 is hidden");
    EXPECT_EQ(read_refusal(ElfImage(ElfParts{.symbol_size = 55})),
              "cedar_entry_v1 is too small: expected at least 56 bytes, got 55");
    EXPECT_EQ(read_refusal(ElfImage(ElfParts{.struct_size = 72})),
              "cedar_entry_v1 says that it has 72 bytes, its symbol has 64");
}

TEST(EntryCheck, RefusesAnEntryOutsideTheFile) {
    ElfImage image(ElfParts{});
    // The only symbol stands right before the hash table.
    image.change<Elf64_Sym>(image.hash_at() - sizeof(Elf64_Sym), [](auto& symbol) { symbol.st_value = 1 << 30; });
    EXPECT_EQ(read_refusal(image), "cedar_entry_v1 is not initialised data");
    image.change<Elf64_Sym>(image.hash_at() - sizeof(Elf64_Sym), [](auto& symbol) { symbol.st_shndx = SHN_UNDEF; });
    EXPECT_EQ(read_refusal(image), "no entry: expected the exported symbol cedar_entry_v1");
}

TEST(EntryCheck, AcceptsItsOwnVersion) {
    EXPECT_EQ(check_refusal(good_facts()), "");
}

TEST(EntryCheck, RefusesAnotherMagic) {
    EntryFacts facts = good_facts();
    facts.magic = 0xdeadbeef;
    EXPECT_EQ(check_refusal(facts), "wrong magic in cedar_entry_v1: expected 0x52444543, got 0xdeadbeef");
}

TEST(EntryCheck, NamesBothVersionsWhenTheyDoNotFit) {
    EXPECT_EQ(negotiate(2, 0).error().message,
              "wrong interface version: the library has 2.0, this host has 1.0; the major numbers must be equal");
    EXPECT_EQ(negotiate(0, 9).error().message,
              "wrong interface version: the library has 0.9, this host has 1.0; the major numbers must be equal");
    EXPECT_EQ(negotiate(1, 1).error().message,
              "wrong interface version: the library has 1.1, this host has 1.0; its minor number must not be above "
              "the host's");
    EXPECT_EQ(negotiate(1, 1).error().code, ErrorCode::unsupported);
    EXPECT_TRUE(negotiate(1, 0));
}

TEST(EntryCheck, WantsRoomForTheRequiredFunctions) {
    EntryFacts facts = good_facts();
    facts.struct_size = 55;
    EXPECT_EQ(check_refusal(facts), "cedar_entry_v1.struct_size: expected at least 56, got 55");
    facts.struct_size = 56;  // `cancel` is optional
    EXPECT_EQ(check_refusal(facts), "");
}

TEST(EntryCheck, NamesTheFirstFunctionThatIsMissing) {
    EXPECT_TRUE(check_functions(good_functions()));
    cedar_entry entry = good_functions();
    entry.invoke = nullptr;
    EXPECT_EQ(check_functions(entry).error().message, "missing required function in cedar_entry_v1: invoke");
    entry.init = nullptr;
    EXPECT_EQ(check_functions(entry).error().message, "missing required function in cedar_entry_v1: init");
}

}  // namespace
}  // namespace cedar::host::loader
