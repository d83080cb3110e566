#include "host/loader/inspection.hpp"

#include "tests/support/elf_image.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

constexpr const char* kManifest = R"({"manifest":1,"abi":"1.0","components":[{"id":"a.b","version":"1.2.3"}]})";

std::string refusal_of(const ElfParts& parts) {
    return inspect(ElfImage(parts).bytes()).refusal;
}

TEST(Inspection, TellsAllThatIsInAGoodLibrary) {
    const ElfImage image(ElfParts{.manifests = {kManifest}, .needed = {"libc.so.6"}, .soname = "x.so"});
    const Inspection found = inspect(image.bytes());
    EXPECT_EQ(found.refusal, "");
    EXPECT_EQ(found.size, image.bytes().size());
    ASSERT_TRUE(found.elf && found.entry && found.manifest);
    EXPECT_EQ(found.elf->soname, "x.so");
    EXPECT_EQ(found.elf->needed, std::vector<std::string>{"libc.so.6"});
    EXPECT_EQ(found.entry->abi_major, CEDAR_ABI_MAJOR);
    EXPECT_EQ(found.manifest_json, kManifest);
    ASSERT_EQ(found.manifest->components.size(), 1U);
    EXPECT_EQ(found.manifest->components[0].id, "a.b");
}

TEST(Inspection, TellsWhatItCanOfARefusedLibrary) {
    const Inspection found = inspect(ElfImage(ElfParts{.manifests = {kManifest}, .magic = 1}).bytes());
    EXPECT_EQ(found.refusal, "wrong magic in cedar_entry_v1: expected 0x52444543, got 0x00000001");
    ASSERT_TRUE(found.manifest);
    EXPECT_EQ(found.manifest->components[0].id, "a.b");
}

TEST(Inspection, WantsExactlyOneManifest) {
    EXPECT_EQ(refusal_of(ElfParts{}), "no manifest: expected one ELF note \"cedar\" of type 1");
    EXPECT_EQ(refusal_of(ElfParts{.manifests = {kManifest, kManifest}}),
              "more than one manifest: expected one ELF note \"cedar\" of type 1, got 2");
}

TEST(Inspection, SaysThatANoteIsBroken) {
    ElfImage image(ElfParts{.manifests = {kManifest}});
    image.put(image.notes_at() + offsetof(Elf64_Nhdr, n_descsz), std::uint32_t{1} << 20);
    EXPECT_EQ(inspect(image.bytes()).refusal,
              "no manifest: expected one ELF note \"cedar\" of type 1; a note of the file is broken");
}

TEST(Inspection, BoundsTheManifest) {
    const std::string largest(CEDAR_MANIFEST_MAX_BYTES, ' ');
    EXPECT_EQ(refusal_of(ElfParts{.manifests = {largest + ' '}}),
              "manifest too large: expected at most 65536 bytes, got 65537");
    EXPECT_EQ(refusal_of(ElfParts{.manifests = {largest}}).substr(0, 10), "manifest: ");
}

TEST(Inspection, TakesAManifestThatEndsInNuls) {
    EXPECT_EQ(refusal_of(ElfParts{.manifests = {kManifest + std::string(3, '\0')}}), "");
}

TEST(Inspection, WantsManifestAndEntryToAgreeOnTheInterface) {
    const std::string other = R"({"manifest":1,"abi":"1.7","components":[{"id":"a.b","version":"1.2.3"}]})";
    EXPECT_EQ(refusal_of(ElfParts{.manifests = {other}}),
              "manifest: abi: expected 1.0 as in cedar_entry_v1, got 1.7");
}

TEST(Inspection, SurvivesEveryTruncation) {
    const ElfImage image(ElfParts{.sections = true, .manifests = {kManifest}, .needed = {"libc.so.6"}});
    for (std::size_t size = 0; size < image.bytes().size(); ++size) {
        EXPECT_NE(inspect(image.bytes().first(size)).refusal, "") << size;
    }
}

TEST(Inspection, SurvivesEveryChangedByte) {
    ElfImage image(ElfParts{.sections = true, .manifests = {kManifest}, .needed = {"libc.so.6"}});
    for (std::size_t at = 0; at < image.bytes().size(); ++at) {
        const auto was = image.get<unsigned char>(at);
        for (const unsigned value : {0U, 0x7fU, 0x80U, 0xffU}) {
            image.put(at, static_cast<unsigned char>(value));
            const Inspection found = inspect(image.bytes());
            EXPECT_EQ(found.acceptable(), found.refusal.empty());
            EXPECT_TRUE(!found.acceptable() || found.manifest) << at;
        }
        image.put(at, was);
    }
}

}  // namespace
}  // namespace cedar::host::loader
