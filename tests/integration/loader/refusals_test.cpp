// One case for each way in which a library is refused, with its exact words.
#include "host/loader/inspection.hpp"
#include "tests/integration/loader/loader_fixture.hpp"

#include <elf.h>
#include <unistd.h>

namespace cedar::host::loader {
namespace {

class Refusals : public LoaderTest {};

TEST_F(Refusals, NoneForAGoodLibrary) {
    EXPECT_EQ(refusal_of("good"), "ready");
}

TEST_F(Refusals, NotElf) {
    folder_.write("plugins/script.so", "#!/bin/sh\necho hello\n");
    EXPECT_EQ(scan()->records()[0].reason, "not an ELF file: expected 7f 45 4c 46 at its start, got 23 21 2f 62");
}

TEST_F(Refusals, Empty) {
    folder_.write("plugins/empty.so", "");
    EXPECT_EQ(scan()->records()[0].reason, "not an ELF file: it is empty");
}

TEST_F(Refusals, Truncated) {
    const std::string whole = content_of(bad_plugin("good"));
    folder_.write("plugins/half.so", whole.substr(0, whole.size() / 2));
    const auto catalogue = scan();
    const PluginRecord& record = catalogue->records()[0];
    EXPECT_EQ(record.state, PluginState::rejected);
    EXPECT_EQ(record.reason.substr(0, 11), "truncated: ");
    EXPECT_TRUE(record.reason.ends_with(", the file has " + std::to_string(whole.size() / 2))) << record.reason;
}

TEST_F(Refusals, TruncatedByOneByte) {
    const std::string whole = content_of(bad_plugin("good"));
    folder_.write("plugins/almost.so", whole.substr(0, whole.size() - 1));
    EXPECT_EQ(scan()->records()[0].reason.substr(0, 34), "truncated: the section table takes");
}

TEST_F(Refusals, WrongMachine) {
    std::string other = content_of(bad_plugin("good"));
    const Elf64_Half machine = EM_S390;
    other.replace(offsetof(Elf64_Ehdr, e_machine), sizeof machine, reinterpret_cast<const char*>(&machine),
                  sizeof machine);
    folder_.write("plugins/foreign.so", other);
    const std::string reason = scan()->records()[0].reason;
    EXPECT_EQ(reason.substr(0, 24), "wrong machine: expected ");
    EXPECT_TRUE(reason.ends_with(", got S/390")) << reason;
}

TEST_F(Refusals, NoEntry) {
    EXPECT_EQ(refusal_of("no_entry"), "no entry: expected the exported symbol cedar_entry_v1");
}

TEST_F(Refusals, EntryOfAnotherMajor) {
    EXPECT_EQ(refusal_of("next_entry"),
              "no entry: expected the exported symbol cedar_entry_v1, got cedar_entry_v2");
}

TEST_F(Refusals, WrongMagic) {
    EXPECT_EQ(refusal_of("wrong_magic"), "wrong magic in cedar_entry_v1: expected 0x52444543, got 0xdeadbeef");
}

TEST_F(Refusals, NewerMajor) {
    EXPECT_EQ(refusal_of("newer_major"),
              "wrong interface version: the library has 2.0, this host has 1.0; the major numbers must be equal");
}

TEST_F(Refusals, NewerMinor) {
    EXPECT_EQ(refusal_of("newer_minor"),
              "wrong interface version: the library has 1.1, this host has 1.0; its minor number must not be above "
              "the host's");
}

TEST_F(Refusals, SmallEntry) {
    EXPECT_EQ(refusal_of("small_entry"), "cedar_entry_v1.struct_size: expected at least 56, got 24");
}

TEST_F(Refusals, NoManifest) {
    EXPECT_EQ(refusal_of("no_manifest"), "no manifest: expected one ELF note \"cedar\" of type 1");
}

TEST_F(Refusals, TwoManifests) {
    EXPECT_EQ(refusal_of("two_manifests"),
              "more than one manifest: expected one ELF note \"cedar\" of type 1, got 2");
}

TEST_F(Refusals, ManifestTooLarge) {
    EXPECT_EQ(refusal_of("manifest_too_large"), "manifest too large: expected at most 65536 bytes, got 65537");
}

TEST_F(Refusals, ManifestNotJson) {
    EXPECT_EQ(refusal_of("manifest_not_json"), "manifest: JSON: byte 0: expected a value, got 'i'");
}

TEST_F(Refusals, ManifestOfAnotherInterface) {
    EXPECT_EQ(refusal_of("manifest_other_abi"), "manifest: abi: expected 1.0 as in cedar_entry_v1, got 1.7");
}

TEST_F(Refusals, ForbiddenSchemaKeyword) {
    EXPECT_EQ(refusal_of("forbidden_keyword"),
              "manifest: components[0].output: schema: /properties/n/const: keyword \"const\" is not one of the "
              "supported subset");
}

TEST_F(Refusals, MissingFunction) {
    EXPECT_EQ(refusal_of("missing_function"), "missing required function in cedar_entry_v1: invoke");
}

TEST_F(Refusals, MissingSymbol) {
    EXPECT_EQ(refusal_of("missing_symbol"), "cannot be loaded: undefined symbol: cedar_fixture_nowhere");
}

TEST_F(Refusals, InitFails) {
    EXPECT_EQ(refusal_of("init_fails"), "init failed with status 11 (unavailable): no licence found");
    EXPECT_EQ(log_.count("plugin", "no licence found"), 1U);
}

TEST_F(Refusals, InitThrows) {
    EXPECT_EQ(refusal_of("init_throws"), "init let an exception out: thrown out of init");
}

TEST_F(Refusals, SameVersionWithOtherContentRefusesBoth) {
    const std::string one = install("good").native(), two = install("good_other_content").native();
    const auto catalogue = scan();
    EXPECT_TRUE(catalogue->ready().empty());
    ASSERT_EQ(catalogue->records().size(), 2U);
    const std::string why = " both have fixture.good 1.0.0 with different content: neither is used";
    EXPECT_EQ(catalogue->records()[0].state, PluginState::rejected);
    EXPECT_EQ(catalogue->records()[0].reason, one + " and " + two + why);
    EXPECT_EQ(catalogue->records()[1].state, PluginState::rejected);
    EXPECT_EQ(catalogue->records()[1].reason, two + " and " + one + why);
}

TEST_F(Refusals, TooLarge) {
    install("good");
    CatalogueOptions small = options();
    small.max_file_bytes = 100;
    const std::string size = std::to_string(std::filesystem::file_size(bad_plugin("good")));
    EXPECT_EQ(scan(small)->records()[0].reason, "too large: expected at most 100 bytes, got " + size);
}

TEST_F(Refusals, WhatIsNoFile) {
    std::filesystem::create_directories(plugins() / "folder.so");
    std::filesystem::create_symlink("loop.so", plugins() / "loop.so");
    std::filesystem::create_symlink("nowhere", plugins() / "gone.so");
    ASSERT_EQ(::mkfifo((plugins() / "pipe.so").c_str(), 0600), 0);
    const auto catalogue = scan();
    const auto records = catalogue->records();
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[0].reason, "not a regular file: it is a folder");
    EXPECT_EQ(records[1].reason, "cannot be read: No such file or directory");
    EXPECT_EQ(records[2].reason, "cannot be read: Too many levels of symbolic links");
    EXPECT_EQ(records[3].reason, "not a regular file");
    for (const PluginRecord& record : records) EXPECT_EQ(record.state, PluginState::rejected);
}

TEST_F(Refusals, Unreadable) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    std::filesystem::permissions(install("good"), std::filesystem::perms::none);
    EXPECT_EQ(scan()->records()[0].reason, "cannot be read: Permission denied");
}

TEST_F(Refusals, NoneStopsTheOthers) {
    for (const auto* fixture : {"no_entry", "init_fails", "missing_symbol", "good", "newer_major", "good_newer"}) {
        install(fixture);
    }
    folder_.write("plugins/text.so", "text");
    const auto catalogue = scan();
    ASSERT_EQ(catalogue->ready().size(), 1U);
    EXPECT_EQ(catalogue->ready()[0].components[0].version.to_string(), "1.1.0");
    EXPECT_EQ(catalogue->records().size(), 7U);
    EXPECT_EQ(log_.count("loader", "plugins: 1 ready, 5 rejected, 1 shadowed"), 1U);
}

// It would take the process down if it were loaded.
TEST_F(Refusals, InspectionLoadsNothing) {
    const auto found = inspect_file(bad_plugin("constructor_aborts"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->refusal, "");
    EXPECT_EQ(found->sha256.size(), 64U);
    EXPECT_EQ(found->elf->build_id.size() % 2, 0U);
    ASSERT_TRUE(found->manifest);
    EXPECT_EQ(found->manifest->components[0].id, "fixture.constructor_aborts");
}

TEST_F(Refusals, InspectionNamesTheFileThatItCannotRead) {
    const auto found = inspect_file(folder_ / "nowhere.so");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::not_found);
    EXPECT_EQ(found.error().message,
              (folder_ / "nowhere.so").native() + ": cannot be read: No such file or directory");
}

}  // namespace
}  // namespace cedar::host::loader
