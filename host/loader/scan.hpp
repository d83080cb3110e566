#pragma once
#include "host/loader/catalogue.hpp"
#include "host/loader/generation.hpp"
#include "host/loader/library_cache.hpp"
#include "host/loader/record_board.hpp"
#include "host/loader/resolve.hpp"
#include "host/ports/log.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cedar::host::loader {

// The work of Catalogue: list, judge, resolve, try, load, and write down what became of each file; again and again,
// with what is known of files that have not changed. scan.cpp has the files and the records, scan_bring_up.cpp what
// runs, scan_probes.cpp what is being tried, scan_report.cpp what is told of it. Thread: one at a time, but for
// snapshot().
class Scan {
public:
    Scan(CatalogueOptions options, const cedar_host& host, const Clock& clock, Log& log);
    ~Scan();
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;

    bool run();      // as Catalogue::refresh
    bool take_up();  // as Catalogue::take_up
    void clean_cache();

    [[nodiscard]] const std::vector<Plugin>& plugins() const { return plugins_; }
    [[nodiscard]] const std::vector<PluginRecord>& records() const { return *published_; }
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    [[nodiscard]] RecordsPtr snapshot() const { return board_.read(); }

private:
    struct Refusal {
        PluginState state = PluginState::rejected;
        std::string reason;
    };
    struct Item {
        std::filesystem::path file;
        std::size_t folder = 0;  // index
        PluginRecord record;
        std::optional<FileStamp> stamp;  // when it was read
        CachedLibrary library;           // what the file holds; no hash when it could not be read
        Placement placement;
        bool moved = false;              // to a worker: too many libraries with its ids are loaded here
        bool tried = false;              // by the prober, and passed
        std::uint64_t ticket = 0;        // of the verdict that it waits for; 0: none
        bool held_back = false;          // until another that is better has been tried
        std::optional<Refusal> refused;  // this content is not to be used
        std::vector<ProbeVerdict::Refusal> refusals;
        GenerationPtr current;          // what runs: this content, or one before that was good
        std::uint64_t generations = 0;  // that were brought up

        [[nodiscard]] bool is_up() const;  // its content as it is runs, where it is to run
        [[nodiscard]] bool is_being_tried() const { return ticket != 0 && !refused; }
        [[nodiscard]] bool waits() const { return is_being_tried() || held_back; }
    };
    struct Asked {
        std::string sha256, name;
    };

    // Files.
    [[nodiscard]] bool list_folders();
    void list_folder(std::size_t folder, std::unordered_map<std::string, Item>& before, bool& changed);
    [[nodiscard]] bool is_same(const Item& item, const std::optional<FileStamp>& stamp);
    [[nodiscard]] Item make_item(std::size_t folder, const std::filesystem::path& file, const Item* before);
    void judge(Item& item);
    [[nodiscard]] bool ask_again(Item& item);
    void place(Item& item);
    void note_problem(std::string problem);

    // What runs.
    void change(SteadyTime begun);
    void make_offers(bool of_what_runs = false);
    void bring_up_until_settled();
    [[nodiscard]] bool bring_up_winners();
    [[nodiscard]] std::vector<std::size_t> winners_to_bring_up() const;
    void bring_up(std::size_t offer);

    // What is being tried.
    void begin_probes(const std::vector<std::size_t>& offers);
    bool take_verdicts();
    void rule_without_what_is_tried();
    void enter_in_ledger(const Asked& asked, const std::string& reason);
    [[nodiscard]] Result<std::shared_ptr<Generation>> load(const Item& item);
    [[nodiscard]] Result<void> check_cap(const Item& item) const;
    [[nodiscard]] const Manifest* beyond_cap(const Item& item) const;
    void retire(Item& item, std::string reason);
    [[nodiscard]] ProbeTarget make_target(Item& item) const;
    void take_verdict(Item& item, ProbeVerdict verdict);
    [[nodiscard]] Plugin make_plugin(const Item& item, const Generation& generation,
                                     const std::vector<bool>& in_use) const;

    // Records.
    void settle();
    void settle_offer(std::size_t offer);
    void settle_duplicate(std::size_t offer);
    void set(Item& item, PluginState state, std::string reason);
    void show_components(Item& item, const CachedLibrary& library, const std::vector<bool>& in_use) const;
    void publish();
    void show_what_drains();
    void say(LogLevel level, const std::string& message) const;
    void report(SteadyTime begun);
    void report_change(const PluginRecord& record) const;

    const CatalogueOptions options_;
    const cedar_host& host_;
    const Clock& clock_;
    Log& log_;
    LibraryCache cache_;
    bool begun_ = false, cache_unclean_ = true;

    std::vector<Item> items_;
    std::vector<Offer> offers_;
    std::vector<std::size_t> item_of_;  // for each offer
    std::vector<Ruling> rulings_;
    std::vector<Plugin> plugins_;
    std::vector<std::string> problems_, problems_before_;
    std::uint64_t last_serial_ = 0;
    std::map<std::string, std::set<std::string>> loaded_;  // hashes by component id
    std::map<std::uint64_t, Asked> asked_;                 // the prober, by ticket
    std::uint64_t last_ticket_ = 0;

    // Until what is in use is said anew: what ends then, and the files among it that are gone as they were listed.
    std::vector<std::pair<std::weak_ptr<const void>, PluginRecord>> retired_;
    std::vector<PluginRecord> leaving_;
    RecordBoard board_;
    RecordsPtr published_ = std::make_shared<const std::vector<PluginRecord>>();
    std::unordered_map<std::string, PluginRecord> reported_;  // by file
};

}  // namespace cedar::host::loader
