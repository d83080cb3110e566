#include "host/loader/catalogue.hpp"
#include "tests/integration/loader/loader_fixture.hpp"

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

namespace cedar::host::loader {
namespace {

// One catalogue over a folder that changes.
class Generations : public LoaderTest {
protected:
    void SetUp() override { std::filesystem::create_directories(plugins()); }

    // Puts a built fixture in place of what is there, at once.
    void drop(std::string_view fixture, std::string_view as) {
        std::filesystem::copy_file(bad_plugin(fixture), folder_ / "incoming");
        std::filesystem::rename(folder_ / "incoming", plugins() / as);
    }
    [[nodiscard]] static const PluginRecord& record(const Catalogue& catalogue, std::string_view name) {
        for (const PluginRecord& one : catalogue.records()) {
            if (one.file.ends_with("/" + std::string(name))) return one;
        }
        throw std::runtime_error("no record of " + std::string(name));
    }
    [[nodiscard]] static std::string version(const Catalogue& catalogue) {
        return catalogue.ready().size() == 1 ? catalogue.ready()[0].components.at(0).version.to_string() : "none";
    }
    [[nodiscard]] static std::vector<PluginRecord> draining(const Catalogue& catalogue) {
        std::vector<PluginRecord> all = *catalogue.snapshot();
        std::erase_if(all, [](const PluginRecord& one) { return one.state != PluginState::draining; });
        return all;
    }
};

TEST_F(Generations, BringUpWhatIsDroppedIn) {
    const auto catalogue = scan();
    EXPECT_FALSE(catalogue->refresh());
    drop("good", "a.so");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(version(*catalogue), "1.0.0");
    EXPECT_EQ(record(*catalogue, "a.so").state, PluginState::ready);
    EXPECT_EQ(record(*catalogue, "a.so").generation, 1U);
    EXPECT_FALSE(catalogue->refresh());
}

TEST_F(Generations, ReplaceTheOneBeforeWhichDrainsWhileItIsUsed) {
    drop("good", "a.so");
    const auto catalogue = scan();
    auto lease = catalogue->ready()[0].lease;
    drop("good_newer", "a.so");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(version(*catalogue), "1.1.0");
    EXPECT_EQ(record(*catalogue, "a.so").generation, 2U);
    ASSERT_EQ(draining(*catalogue).size(), 1U);
    const PluginRecord old = draining(*catalogue)[0];
    EXPECT_EQ(old.generation, 1U);
    EXPECT_EQ(old.reason, "replaced by generation 2; runs that began before finish on it");
    EXPECT_EQ(old.components.at(0).version, "1.0.0");
    lease.reset();
    EXPECT_TRUE(draining(*catalogue).empty());
}

TEST_F(Generations, CallDeinitWhenTheLastLeaseIsGone) {
    drop("init_counts", "a.so");
    const auto catalogue = scan();
    auto lease = catalogue->ready()[0].lease;
    std::filesystem::remove(plugins() / "a.so");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_TRUE(catalogue->ready().empty());
    EXPECT_TRUE(catalogue->records().empty());
    ASSERT_EQ(draining(*catalogue).size(), 1U);
    EXPECT_EQ(draining(*catalogue)[0].reason, "deleted; runs that began before finish on it");
    EXPECT_EQ(log_.count("plugin", "deinit"), 0U);
    lease.reset();
    EXPECT_EQ(log_.count("plugin", "deinit"), 1U);
}

TEST_F(Generations, TakeTheSameContentAgainAfterItWasDeleted) {
    drop("init_counts", "a.so");
    const auto catalogue = scan();
    std::filesystem::remove(plugins() / "a.so");
    catalogue->refresh();
    drop("init_counts", "a.so");
    catalogue->refresh();
    EXPECT_EQ(catalogue->ready().size(), 1U);
    EXPECT_EQ(log_.count("plugin", "init"), 3U);  // "deinit" among them
    EXPECT_EQ(log_.count("plugin", "deinit"), 1U);
}

TEST_F(Generations, KeepTheLastGoodOneWhenTheNextFails) {
    drop("good", "a.so");
    const auto catalogue = scan();
    drop("init_fails", "a.so");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(version(*catalogue), "1.0.0");
    const PluginRecord& refused = record(*catalogue, "a.so");
    EXPECT_EQ(refused.state, PluginState::rejected);
    EXPECT_EQ(refused.reason,
              "init failed with status 11 (unavailable): no licence found; generation 1 stays in use");
    EXPECT_EQ(refused.generation, 1U);
    EXPECT_TRUE(refused.components.at(0).in_use);
    EXPECT_TRUE(draining(*catalogue).empty());
    EXPECT_FALSE(catalogue->refresh());  // it is not tried again and again
    drop("good_newer", "a.so");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(version(*catalogue), "1.1.0");
    EXPECT_EQ(record(*catalogue, "a.so").state, PluginState::ready);
}

TEST_F(Generations, KeepTheLastGoodOneWhileAFileIsHalfCopied) {
    drop("good", "a.so");
    const auto catalogue = scan();
    const std::string whole = content_of(bad_plugin("good_newer"));
    const auto write = [&](std::size_t bytes) {
        std::ofstream(plugins() / "a.so", std::ios::binary | std::ios::trunc) << whole.substr(0, bytes);
    };
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{63}, whole.size() / 2, whole.size() - 1}) {
        write(bytes);
        catalogue->refresh();
        EXPECT_EQ(record(*catalogue, "a.so").state, PluginState::rejected) << bytes;
        EXPECT_NE(record(*catalogue, "a.so").reason, "; generation 1 stays in use") << bytes;
        EXPECT_EQ(version(*catalogue), "1.0.0") << bytes;
    }
    write(whole.size());
    catalogue->refresh();
    EXPECT_EQ(version(*catalogue), "1.1.0");
}

TEST_F(Generations, LetGoOfAFileThatIsDeletedWhenItsLastContentWasBad) {
    drop("good", "a.so");
    const auto catalogue = scan();
    drop("no_entry", "a.so");
    catalogue->refresh();
    EXPECT_EQ(version(*catalogue), "1.0.0");
    std::filesystem::remove(plugins() / "a.so");
    catalogue->refresh();
    EXPECT_TRUE(catalogue->ready().empty());
}

TEST_F(Generations, RefuseOneThatCannotBeBroughtUp) {
    CatalogueOptions picky = options();
    std::string no;
    std::vector<bool> replaces;
    picky.bring_up = [&](const Plugin& plugin) -> Result<void> {
        replaces.push_back(plugin.replaces);
        if (plugin.components.at(0).version.to_string() == no)
            return Error{ErrorCode::internal, "not this one", {}};
        return {};
    };
    drop("good", "a.so");
    const auto catalogue = scan(picky);
    no = "1.1.0";
    drop("good_newer", "a.so");
    catalogue->refresh();
    EXPECT_EQ(version(*catalogue), "1.0.0");
    EXPECT_EQ(record(*catalogue, "a.so").reason, "not this one; generation 1 stays in use");
    EXPECT_EQ(replaces, (std::vector<bool>{false, true}));
}

TEST_F(Generations, LetAnotherFileStepForwardWhenTheWinnerIsGone) {
    drop("good", "a.so");
    drop("good_newer", "b.so");
    const auto catalogue = scan();
    EXPECT_EQ(version(*catalogue), "1.1.0");
    std::filesystem::remove(plugins() / "b.so");
    catalogue->refresh();
    EXPECT_EQ(version(*catalogue), "1.0.0");
    EXPECT_EQ(record(*catalogue, "a.so").state, PluginState::ready);
}

TEST_F(Generations, ShadowOneThatWasInUse) {
    drop("good", "a.so");
    const auto catalogue = scan();
    auto lease = catalogue->ready()[0].lease;
    drop("good_newer", "b.so");
    catalogue->refresh();
    EXPECT_EQ(version(*catalogue), "1.1.0");
    EXPECT_EQ(record(*catalogue, "a.so").state, PluginState::shadowed);
    EXPECT_EQ(draining(*catalogue).size(), 1U);
}

TEST_F(Generations, AreNoMoreThanTheirBound) {
    CatalogueOptions few = options();
    few.generations_max = 1;
    drop("good", "a.so");
    const auto catalogue = scan(few);
    drop("good_newer", "a.so");
    catalogue->refresh();
    EXPECT_EQ(version(*catalogue), "1.0.0");
    EXPECT_EQ(record(*catalogue, "a.so").reason,
              "fixture.good: expected at most 1 different libraries in the life of this process, as none can be "
              "unloaded; restart the host to use this one; generation 1 stays in use");
    drop("good", "a.so");  // one that was there before is no other
    catalogue->refresh();
    EXPECT_EQ(record(*catalogue, "a.so").state, PluginState::ready);
}

TEST_F(Generations, LeaveNoCopiesBehindThatNothingUses) {
    drop("good", "a.so");
    const auto catalogue = scan();
    auto lease = catalogue->ready()[0].lease;
    const std::filesystem::path old = catalogue->ready()[0].loaded;
    drop("good_newer", "a.so");
    catalogue->refresh();
    catalogue->clean_cache();
    EXPECT_TRUE(std::filesystem::exists(old));  // it drains
    lease.reset();
    {
        const auto other = scan();  // another host uses the cache
        catalogue->clean_cache();
        EXPECT_TRUE(std::filesystem::exists(old));
    }
    catalogue->clean_cache();
    EXPECT_FALSE(std::filesystem::exists(old));
    EXPECT_TRUE(std::filesystem::exists(catalogue->ready()[0].loaded));
}

TEST_F(Generations, ShowTheStepsOnTheWay) {
    CatalogueOptions watched = options();
    const Catalogue* seen = nullptr;
    std::vector<PluginState> states;
    watched.bring_up = [&](const Plugin&) -> Result<void> {
        if (seen != nullptr) states.push_back(seen->snapshot()->at(0).state);
        return {};
    };
    const auto catalogue = scan(watched);
    seen = catalogue.get();
    drop("good", "a.so");
    catalogue->refresh();
    EXPECT_EQ(states, std::vector<PluginState>{PluginState::probing});
}

TEST_F(Generations, SayWhatIsWrongWithWhatIsNoFile) {
    std::filesystem::create_directories(plugins() / "folder.so");
    std::filesystem::create_symlink("loop.so", plugins() / "loop.so");
    std::filesystem::create_symlink("nowhere", plugins() / "broken.so");
    ASSERT_EQ(::mkfifo((plugins() / "pipe.so").c_str(), 0600), 0);
    drop("good", "good.so");
    const auto catalogue = scan();
    EXPECT_EQ(version(*catalogue), "1.0.0");
    EXPECT_EQ(catalogue->records().size(), 5U);
    for (const char* name : {"folder.so", "loop.so", "broken.so", "pipe.so"}) {
        EXPECT_EQ(record(*catalogue, name).state, PluginState::rejected) << name;
        EXPECT_FALSE(record(*catalogue, name).reason.empty()) << name;
    }
    EXPECT_NE(record(*catalogue, "loop.so").reason.find("Too many levels of symbolic links"), std::string::npos)
        << record(*catalogue, "loop.so").reason;
}

// Root may read everything, so the thread gives that up for the while of the look.
TEST_F(Generations, TakeAFileWhenItBecomesReadable) {
    drop("good", "a.so");
    const auto catalogue = scan(options());
    drop("good_newer", "b.so");
    std::filesystem::permissions(plugins() / "b.so", std::filesystem::perms::none);
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    for (const auto& below : std::filesystem::recursive_directory_iterator(cache())) {
        if (below.is_directory()) std::filesystem::permissions(below.path(), std::filesystem::perms::all);
    }
    std::filesystem::permissions(cache(), std::filesystem::perms::all);
    const int before = ::setfsuid(::geteuid() == 0 ? 65534 : ::geteuid());
    catalogue->refresh();
    ::setfsuid(static_cast<uid_t>(before));
    EXPECT_EQ(record(*catalogue, "b.so").state, PluginState::rejected);
    EXPECT_NE(record(*catalogue, "b.so").reason.find("Permission denied"), std::string::npos)
        << record(*catalogue, "b.so").reason;
    EXPECT_EQ(version(*catalogue), "1.0.0");
    std::filesystem::permissions(plugins() / "b.so", std::filesystem::perms::owner_read);
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(version(*catalogue), "1.1.0");
}

TEST_F(Generations, HoldTenThousandFiles) {
    for (int i = 0; i < 9'999; ++i) folder_.write("plugins/n" + std::to_string(i) + ".so", "no library");
    drop("good", "good.so");
    const auto catalogue = scan();
    EXPECT_EQ(catalogue->records().size(), 10'000U);
    EXPECT_EQ(version(*catalogue), "1.0.0");
    EXPECT_EQ(record(*catalogue, "n17.so").state, PluginState::rejected);
    drop("good_newer", "good.so");
    EXPECT_TRUE(catalogue->refresh());
    EXPECT_EQ(version(*catalogue), "1.1.0");
}

}  // namespace
}  // namespace cedar::host::loader
