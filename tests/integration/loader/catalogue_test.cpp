#include "host/loader/catalogue.hpp"

#include "host/core/json.hpp"
#include "tests/integration/loader/loader_fixture.hpp"

#include <algorithm>
#include <fstream>

namespace cedar::host::loader {
namespace {

class CatalogueScan : public LoaderTest {
protected:
    [[nodiscard]] static bool is_mapped(const std::filesystem::path& file) {
        std::ifstream maps("/proc/self/maps");
        for (std::string line; std::getline(maps, line);) {
            if (line.ends_with(" " + file.native())) return true;
        }
        return false;
    }
};

TEST_F(CatalogueScan, LoadsTheCopyAndNeverTheUsersFile) {
    const auto file = install("good");
    const auto catalogue = scan();
    ASSERT_EQ(catalogue->ready().size(), 1U);
    const Plugin& plugin = catalogue->ready()[0];
    EXPECT_EQ(plugin.file, file.native());
    EXPECT_EQ(plugin.loaded, (cache() / "plugins" / plugin.sha256 / "good.so").native());
    EXPECT_EQ(plugin.entry->magic, CEDAR_ENTRY_MAGIC);
    EXPECT_TRUE(is_mapped(plugin.loaded));
    EXPECT_FALSE(is_mapped(file));
    EXPECT_EQ(content_of(plugin.loaded), content_of(file));
    const auto mode = std::filesystem::status(plugin.loaded).permissions();
    EXPECT_EQ(mode, std::filesystem::perms{0444});
}

TEST_F(CatalogueScan, SurvivesTheUsersFileBeingOverwritten) {
    const auto file = install("good");
    const auto catalogue = scan();
    std::ofstream(file, std::ios::binary | std::ios::trunc) << "gone";
    void* instance = this;
    const cedar_entry& entry = *catalogue->ready()[0].entry;
    EXPECT_EQ(entry.create(&host_.table(), {}, {}, {}, &instance), CEDAR_OK);
    EXPECT_EQ(instance, nullptr);
}

TEST_F(CatalogueScan, GivesANewFileUnderTheSameNameItsOwnCode) {
    install("good", "x.so");
    const auto before = scan();
    install("good_newer", "x.so");
    const auto after = scan();
    ASSERT_EQ(after->ready().size(), 1U);
    EXPECT_EQ(after->ready()[0].components[0].version.to_string(), "1.1.0");
    EXPECT_NE(after->ready()[0].entry, before->ready()[0].entry);
}

TEST_F(CatalogueScan, PassesOverOtherNamesAndFoldersBelow) {
    install("good", ".hidden.so");
    install("good", "~temp.so");
    install("good", "#lock.so");
    install("good", "good.so.tmp");
    install("good", "good.so~");
    install("good", "below/good.so");
    folder_.write("plugins/.so", "no name");
    folder_.write("plugins/readme.txt", "text");
    EXPECT_TRUE(scan()->records().empty());
}

TEST_F(CatalogueScan, ReadsThroughASymbolicLink) {
    std::filesystem::create_directories(plugins());
    std::filesystem::create_symlink(bad_plugin("good"), plugins() / "linked.so");
    EXPECT_EQ(scan()->records()[0].state, PluginState::ready);
}

TEST_F(CatalogueScan, TakesFoldersInOrder) {
    install("good_newer", "../second/a.so");
    install("two_components", "b.so");
    install("init_counts", "a.so");
    CatalogueOptions both = options();
    both.folders = {plugins(), folder_ / "second", plugins() / "../plugins"};
    const auto catalogue = scan(both);
    ASSERT_EQ(catalogue->records().size(), 3U);
    EXPECT_EQ(catalogue->records()[0].file, (plugins() / "a.so").native());
    EXPECT_EQ(catalogue->records()[1].file, (plugins() / "b.so").native());
    EXPECT_EQ(catalogue->records()[2].file, (folder_ / "second" / "a.so").native());
}

TEST_F(CatalogueScan, ShadowsTheLowerVersion) {
    install("good");
    const auto newer = install("good_newer");
    const auto catalogue = scan();
    const PluginRecord& record = catalogue->records()[0];
    EXPECT_EQ(record.state, PluginState::shadowed);
    EXPECT_EQ(record.reason, "fixture.good 1.0.0 is shadowed by fixture.good 1.1.0 of " + newer.native());
    EXPECT_FALSE(record.components[0].in_use);
    EXPECT_TRUE(catalogue->records()[1].components[0].in_use);
}

TEST_F(CatalogueScan, ShadowsPartOfALibrary) {
    install("good");
    install("two_components");
    const auto catalogue = scan();
    ASSERT_EQ(catalogue->ready().size(), 2U);
    const Plugin& two = catalogue->ready()[1];
    ASSERT_EQ(two.components.size(), 1U);
    EXPECT_EQ(two.components[0].id, "fixture.second");
    const PluginRecord& record = catalogue->records()[1];
    EXPECT_EQ(record.state, PluginState::ready);
    EXPECT_EQ(record.reason,
              "fixture.good 0.9.0 is shadowed by fixture.good 1.0.0 of " + (plugins() / "good.so").native());
    EXPECT_FALSE(record.components[0].in_use);
    EXPECT_TRUE(record.components[1].in_use);
}

TEST_F(CatalogueScan, ShadowsTheSameContentTwice) {
    const auto first = install("good", "a.so");
    install("good", "b.so");
    const auto catalogue = scan();
    EXPECT_EQ(catalogue->ready().size(), 1U);
    EXPECT_EQ(catalogue->records()[1].state, PluginState::shadowed);
    EXPECT_EQ(catalogue->records()[1].reason, "shadowed by " + first.native() + ", which has the same content");
}

TEST_F(CatalogueScan, RefusesTheSameContentAsARefusedOne) {
    const auto first = install("init_fails", "a.so");
    install("init_fails", "b.so");
    const auto catalogue = scan();
    EXPECT_EQ(catalogue->records()[1].state, PluginState::rejected);
    EXPECT_EQ(catalogue->records()[1].reason, "the same content as " + first.native() +
                                                  ": init failed with status 11 (unavailable): no licence found");
    EXPECT_EQ(log_.count("plugin", "no licence found"), 1U);
}

TEST_F(CatalogueScan, CallsInitOnceAndDeinitAtTheEnd) {
    install("init_counts");
    {
        const auto catalogue = scan();
        EXPECT_EQ(log_.count("plugin", "init"), 1U);
        EXPECT_EQ(log_.count("plugin", "deinit"), 0U);
    }
    EXPECT_EQ(log_.count("plugin", "deinit"), 1U);
}

TEST_F(CatalogueScan, NamesAFolderThatIsNotThere) {
    CatalogueOptions missing = options();
    missing.folders = {folder_ / "nowhere", plugins()};
    install("good");
    const auto catalogue = scan(missing);
    ASSERT_EQ(catalogue->problems().size(), 1U);
    EXPECT_EQ(catalogue->problems()[0],
              "plugin folder " + (folder_ / "nowhere").native() + ": cannot be read: No such file or directory");
    EXPECT_EQ(catalogue->ready().size(), 1U);
}

TEST_F(CatalogueScan, SaysHowManyFilesItLeftOut) {
    install("good");
    install("good_newer");
    install("init_counts");
    CatalogueOptions few = options();
    few.max_files = 1;
    const auto catalogue = scan(few);
    EXPECT_EQ(catalogue->records().size(), 1U);
    ASSERT_EQ(catalogue->problems().size(), 1U);
    EXPECT_EQ(catalogue->problems()[0],
              "plugin folder " + plugins().native() + ": expected at most 1 libraries, left out 2");
}

TEST_F(CatalogueScan, RefusesWhatCannotBeCopied) {
    install("good");
    folder_.write("cache", "a file where the folder should be");
    const auto catalogue = scan();
    EXPECT_EQ(catalogue->records()[0].state, PluginState::rejected);
    EXPECT_EQ(catalogue->records()[0].reason,
              "no copy in the cache: " + (cache() / "plugins" / catalogue->records()[0].sha256).native() +
                  ": Not a directory");
}

TEST_F(CatalogueScan, WritesItsRecordsAsJson) {
    folder_.write("plugins/a\"b.so", "text");
    install("good", "c.so");
    const auto catalogue = scan();
    const std::string json = to_json(catalogue->records());
    ASSERT_TRUE(check_json(json)) << json;
    EXPECT_NE(json.find(R"("state":"rejected","reason":"not an ELF file)"), std::string::npos) << json;
    EXPECT_NE(
        json.find(
            R"("state":"ready","reason":"","since":"2026-01-02T03:04:05Z","mode":"in-process","generation":1,)"
            R"("components":[{"id":)"
            R"("fixture.good","version":"1.0.0","in_use":true}],"warnings":[])"),
        std::string::npos)
        << json;
    EXPECT_EQ(to_json(std::span<const PluginRecord>{}), "[]");
}

TEST_F(CatalogueScan, SaysWhatIsInUseBeforeItIsListedAsReady) {
    const Catalogue* known = nullptr;
    std::vector<std::string> seen;
    std::shared_ptr<const void> running;  // a run on it
    auto changed = options();
    changed.use = [&](std::span<const Plugin> ready, std::span<const std::string>) {
        if (known == nullptr) return;
        if (!ready.empty()) running = ready.front().lease;
        seen.push_back(std::to_string(ready.size()));
        for (const PluginRecord& one : *known->snapshot()) seen.emplace_back(to_string(one.state));
    };
    const auto catalogue = scan(std::move(changed));
    known = catalogue.get();
    install("good");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(seen, (std::vector<std::string>{"1", "probing"}));
    EXPECT_EQ(catalogue->records()[0].state, PluginState::ready);
    EXPECT_FALSE(catalogue->refresh());
    EXPECT_EQ(seen.size(), 2U);
    // The same of its end: it drains once nothing new runs on it.
    seen.clear();
    std::filesystem::remove(folder_ / "plugins" / "good.so");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(seen, (std::vector<std::string>{"0", "ready"}));
    const auto after = catalogue->snapshot();
    ASSERT_EQ(after->size(), 1U);
    EXPECT_EQ(after->front().state, PluginState::draining);
}

}  // namespace
}  // namespace cedar::host::loader
