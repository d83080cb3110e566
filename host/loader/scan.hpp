#pragma once
#include "host/loader/catalogue.hpp"
#include "host/loader/library.hpp"
#include "host/loader/library_cache.hpp"
#include "host/loader/resolve.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cedar::host::loader {

struct ScanResult {
    std::vector<Library> libraries;  // in the order of loading
    std::vector<Plugin> plugins;
    std::vector<PluginRecord> records;
    std::vector<std::string> problems;
};

// What a person reads of a library in quarantine.
[[nodiscard]] std::string quarantine_words(const std::string& reason, const std::string& file);

// The work of Catalogue's constructor: list, judge, resolve, load, and write down what became of each file.
// Thread: one. Blocking.
class Scan {
public:
    Scan(const CatalogueOptions& options, const cedar_host& host, const Clock& clock, Log& log);
    [[nodiscard]] ScanResult run() &&;

private:
    struct Item {
        PluginRecord record;
        CachedLibrary library;
        Placement placement;
        bool tried = false, up = false;      // probed, if it has to be; may be used
        const cedar_entry* entry = nullptr;  // once it is loaded and initialised
        std::vector<ProbeVerdict::Refusal> refusals;
    };

    void list_folders();
    void take_in(std::size_t folder, const std::filesystem::path& file);
    void make_offers();
    void load_until_settled();
    [[nodiscard]] bool load_winners();
    [[nodiscard]] std::vector<std::size_t> offers_to_bring_up() const;
    [[nodiscard]] bool probe_winners();
    [[nodiscard]] ProbeTarget make_target(Item& item) const;
    void take_verdict(std::size_t offer, ProbeVerdict verdict);
    [[nodiscard]] Result<void> bring_up(Item& item);
    void settle();
    void settle_offer(std::size_t offer);
    void settle_duplicate(std::size_t offer);
    [[nodiscard]] Plugin make_plugin(Item& item, const std::vector<bool>& in_use) const;
    [[nodiscard]] ScanResult hand_over();
    void report(const ScanResult& result, SteadyTime begun) const;
    void note_problem(std::string problem);
    void warn(const std::string& message) const;
    void set(Item& item, PluginState state, std::string reason);

    const CatalogueOptions& options_;
    const cedar_host& host_;
    const Clock& clock_;
    Log& log_;
    LibraryCache cache_;
    std::vector<Item> items_;
    std::vector<Offer> offers_;
    std::vector<std::size_t> item_of_;  // for each offer
    std::vector<Ruling> rulings_;
    std::vector<Library> libraries_;
    std::vector<std::string> problems_;
};

}  // namespace cedar::host::loader
