#include "host/loader/clean_pages.hpp"

#include "tests/integration/loader/loader_fixture.hpp"

#include <fstream>
#include <string>

namespace cedar::host::loader {
namespace {

// What of the library's code and constants is in memory, in KiB: of its mappings that cannot be written to.
// Source: proc(5), /proc/pid/smaps.
std::size_t resident_kib(const std::string& file) {
    std::ifstream maps("/proc/self/smaps");
    std::size_t total = 0;
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        const auto range = line.find('-'), blank = line.find(' ');
        if (range < blank) inside = line.ends_with(file) && line.substr(blank + 2, 1) == "-";
        if (inside && line.starts_with("Rss:")) total += std::stoul(line.substr(4));
    }
    return total;
}

class CleanPages : public LoaderTest {};

TEST_F(CleanPages, AreGivenBackAndComeAgainWhenNeeded) {
    install("good");
    const auto catalogue = scan();
    ASSERT_EQ(catalogue->ready().size(), 1U);
    const cedar_entry& entry = *catalogue->ready()[0].entry;
    const auto before = resident_kib("/good.so");
    EXPECT_GT(before, 0U);
    EXPECT_GT(drop_clean_pages(cache()), 0U);
    EXPECT_LT(resident_kib("/good.so"), before);
    // Its code still runs: the pages come from the file again.
    const std::string& id = catalogue->ready()[0].components[0].id;
    void* instance = nullptr;
    EXPECT_EQ(entry.create(&host_.table(), {0, 0}, {id.data(), id.size()}, {nullptr, 0}, &instance), CEDAR_OK);
    entry.destroy(instance);
}

TEST_F(CleanPages, OfOtherFoldersAreLeftAlone) {
    install("good");
    const auto catalogue = scan();
    ASSERT_EQ(catalogue->ready().size(), 1U);
    EXPECT_EQ(drop_clean_pages(folder_ / "elsewhere"), 0U);
    EXPECT_EQ(drop_clean_pages({}), 0U);
}

}  // namespace
}  // namespace cedar::host::loader
