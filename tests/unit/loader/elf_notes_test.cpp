#include "host/loader/elf_notes.hpp"

#include "tests/support/elf_image.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

Notes cedar_notes(const ElfImage& image, std::string_view name = CEDAR_NOTE_NAME,
                  std::uint32_t type = CEDAR_NOTE_TYPE) {
    const auto elf = ElfFile::open(ByteView(image.bytes()));
    EXPECT_TRUE(elf);
    return elf ? find_notes(*elf, name, type) : Notes{};
}

TEST(ElfNotes, FindsTheContentThroughASegment) {
    const ElfImage image(ElfParts{.manifests = {"hello"}});
    const Notes notes = cedar_notes(image);
    ASSERT_EQ(notes.contents.size(), 1U);
    EXPECT_EQ(notes.contents[0].chars(), "hello");
    EXPECT_FALSE(notes.broken);
}

TEST(ElfNotes, FindsItThroughASectionWhereThereIsNoSegment) {
    const ElfImage image(ElfParts{.sections = true, .note_segment = false, .manifests = {"hello"}});
    const Notes notes = cedar_notes(image);
    ASSERT_EQ(notes.contents.size(), 1U);
    EXPECT_EQ(notes.contents[0].chars(), "hello");
}

TEST(ElfNotes, CountsANoteOnceThatIsSeenTwice) {
    EXPECT_EQ(cedar_notes(ElfImage(ElfParts{.sections = true, .manifests = {"hello"}})).contents.size(), 1U);
}

TEST(ElfNotes, FindsEachOfTwo) {
    const ElfImage image(ElfParts{.manifests = {"one", "another"}});
    const Notes notes = cedar_notes(image);
    ASSERT_EQ(notes.contents.size(), 2U);
    EXPECT_EQ(notes.contents[1].chars(), "another");
}

TEST(ElfNotes, PassesOverOtherNamesAndTypes) {
    const ElfImage image(ElfParts{.manifests = {"hello"}});
    EXPECT_TRUE(cedar_notes(image, "ceda").contents.empty());
    EXPECT_TRUE(cedar_notes(image, "cedar2").contents.empty());
    EXPECT_TRUE(cedar_notes(image, "cedar", 2).contents.empty());
}

TEST(ElfNotes, StopsAtANoteThatRunsPastItsTable) {
    for (const std::size_t field : {offsetof(Elf64_Nhdr, n_namesz), offsetof(Elf64_Nhdr, n_descsz)}) {
        for (const std::uint32_t size : {0x40U, 0x7fffffffU, 0xffffffffU, 0xfffffffdU}) {
            ElfImage image(ElfParts{.manifests = {"hello"}});
            image.put(image.notes_at() + field, size);
            const Notes notes = cedar_notes(image);
            EXPECT_TRUE(notes.contents.empty());
            EXPECT_TRUE(notes.broken);
        }
    }
}

TEST(ElfNotes, GivesUpAfterABoundedNumber) {
    const std::vector<std::string> many(1100, "x");
    const ElfImage image(ElfParts{.manifests = many});
    const Notes notes = cedar_notes(image);
    EXPECT_EQ(notes.contents.size(), 1024U);
    EXPECT_TRUE(notes.broken);
}

TEST(ElfNotes, FollowsTheTablesOwnAlignment) {
    ElfImage image(ElfParts{.manifests = {"hello"}});
    image.change<Elf64_Phdr>(ElfImage::segment_at(ElfImage::kNote), [](auto& segment) { segment.p_align = 8; });
    // Padded to 8, the content would begin 4 bytes later, and runs past the table.
    EXPECT_TRUE(cedar_notes(image).contents.empty());
}

}  // namespace
}  // namespace cedar::host::loader
