#include "host/loader/scan.hpp"

#include "host/core/json.hpp"
#include "host/loader/folder.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/loader/quarantine_words.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace cedar::host::loader {
namespace {

std::filesystem::path identity_of(const std::filesystem::path& folder) {
    std::error_code ignored;  // an unreadable folder is reported when it is listed
    auto canonical = std::filesystem::weakly_canonical(folder, ignored);
    return ignored ? folder : canonical;
}

}  // namespace

Scan::Scan(CatalogueOptions options, const cedar_host& host, const Clock& clock, Log& log)
    : options_(std::move(options)),
      host_(host),
      clock_(clock),
      log_(log),
      cache_(options_.cache / "plugins", options_.max_file_bytes, clock) {}

// Last loaded, first let go of.
Scan::~Scan() {
    plugins_.clear();
    std::vector<GenerationPtr> current;
    for (Item& item : items_) {
        if (item.current) current.push_back(std::move(item.current));
    }
    std::ranges::sort(current, {}, [](const GenerationPtr& generation) { return generation->serial; });
    while (!current.empty()) current.pop_back();
}

bool Scan::run() {
    const SteadyTime begun = clock_.now().steady;
    bool changed = list_folders();
    for (Item& item : items_) {
        if (ask_again(item)) changed = true;
    }
    if (take_verdicts()) changed = true;
    if (!changed && begun_) return false;
    change(begun);
    return true;
}

bool Scan::take_up() {
    const SteadyTime begun = clock_.now().steady;
    if (!take_verdicts()) return false;
    change(begun);
    return true;
}

void Scan::change(SteadyTime begun) {
    for (Item& item : items_) item.held_back = false;
    publish();
    bring_up_until_settled();
    rule_without_what_is_tried();
    settle();
    if (options_.use) options_.use(plugins_, problems_);
    show_what_drains();
    publish();
    if (auto saved = cache_.save(); !saved) say(LogLevel::warn, saved.error().message);
    report(begun);
    begun_ = true;
}

// True when a file came, went, or has another stamp, or a folder has another problem.
bool Scan::list_folders() {
    std::unordered_map<std::string, Item> before;
    for (Item& item : items_) before.emplace(item.file.native(), std::move(item));
    items_.clear();
    problems_before_ = std::exchange(problems_, {});
    bool changed = false;
    std::vector<std::filesystem::path> seen;
    for (std::size_t folder = 0; folder < options_.folders.size(); ++folder) {
        const auto identity = identity_of(options_.folders[folder]);
        if (std::ranges::find(seen, identity) != seen.end()) continue;
        seen.push_back(identity);
        list_folder(folder, before, changed);
    }
    for (auto& [file, gone] : before) {
        if (gone.current) leaving_.push_back(gone.record);
        retire(gone, "deleted");
    }
    return changed || !before.empty() || problems_ != problems_before_;
}

void Scan::list_folder(std::size_t folder, std::unordered_map<std::string, Item>& before, bool& changed) {
    auto listing = list_candidates(options_.folders[folder], options_.max_files);
    if (!listing) return note_problem(listing.error().message);
    if (listing->left_out > 0) {
        note_problem("plugin folder " + to_utf8(options_.folders[folder].native()) + ": expected at most " +
                     std::to_string(options_.max_files) + " libraries, left out " +
                     std::to_string(listing->left_out));
    }
    if (before.empty()) cache_.expect(listing->files);  // a first start
    for (const auto& file : listing->files) {
        const auto known = before.find(file.native());
        if (known == before.end()) {
            items_.push_back(make_item(folder, file, nullptr));
            changed = true;
            continue;
        }
        const auto stamp = stamp_of(file);
        const bool same = is_same(known->second, stamp ? std::optional(*stamp) : std::nullopt);
        items_.push_back(same ? std::move(known->second) : make_item(folder, file, &known->second));
        before.erase(known);
        changed = changed || !same;
    }
}

// A stamp that is too young to be sure of is not believed, but a file that holds the same has not been touched
// either.
bool Scan::is_same(const Item& item, const std::optional<FileStamp>& stamp) {
    if (stamp != item.stamp) return false;
    if (cache_.is_unchanged(item.file, item.library.sha256)) return true;
    const auto library = cache_.take_in(item.file);
    return library ? library->sha256 == item.library.sha256
                   : item.refused && item.refused->reason == library.error().message;
}

// A file that is new, has changed, or was touched: judged anew, whatever was said of it.
Scan::Item Scan::make_item(std::size_t folder, const std::filesystem::path& file, const Item* before) {
    Item item;
    item.file = file;
    item.folder = folder;
    if (before != nullptr) {
        item.record = before->record;
        item.current = before->current;
        item.generations = before->generations;
    }
    item.record.file = to_utf8(file.native());
    item.record.sha256.clear();
    item.record.warnings.clear();
    if (const auto stamp = stamp_of(file)) item.stamp = *stamp;
    auto library = cache_.take_in(file);
    if (library) {
        item.library = std::move(*library);
        judge(item);
    } else {
        item.refused = {PluginState::rejected, library.error().message};
    }
    show_components(item, item.library, {});
    if (item.refused) {
        set(item, item.refused->state, item.refused->reason);
    } else if (!item.current || item.current->library.sha256 != item.library.sha256) {
        set(item, PluginState::found, {});
    }
    return item;
}

void Scan::judge(Item& item) {
    const Inspection& found = item.library.found;
    item.record.sha256 = item.library.sha256;
    if (found.manifest) item.record.warnings = found.manifest->warnings;
    place(item);
    item.record.mode = to_string(item.placement);
    if (!found.acceptable()) item.refused = {PluginState::rejected, found.refusal};
}

// What others may have changed of their mind about since: where it runs, and whether it is in quarantine. True: it
// makes a difference.
bool Scan::ask_again(Item& item) {
    if (!item.library.found.acceptable() || !item.library.found.manifest) return false;
    place(item);
    const auto entry = options_.ledger ? options_.ledger->quarantine_of(item.library.sha256) : std::nullopt;
    const bool is_in = item.refused && item.refused->state == PluginState::quarantined;
    if (entry && !is_in) {
        item.refused = {PluginState::quarantined,
                        quarantine_words(entry->reason + " (" + entry->since + ")", item.record.file)};
        if (item.current && item.current->library.sha256 == item.library.sha256)
            retire(item, "put into quarantine");
        return true;
    }
    if (!entry && is_in && options_.ledger != nullptr) {
        item.refused.reset();
        item.tried = false;
        item.ticket = 0;
        return true;
    }
    return item.current && !item.refused && !item.is_up();
}

void Scan::show_components(Item& item, const CachedLibrary& library, const std::vector<bool>& in_use) const {
    item.record.components.clear();
    if (!library.found.manifest) return;
    for (const Manifest& manifest : library.found.manifest->components) {
        const std::size_t c = item.record.components.size();
        item.record.components.push_back(
            {manifest.id, manifest.version.to_string(), c < in_use.size() && in_use[c]});
    }
}

void Scan::publish() {
    std::vector<PluginRecord> records;
    records.reserve(items_.size());
    for (const Item& item : items_) records.push_back(item.record);
    records.insert(records.end(), leaving_.begin(), leaving_.end());
    published_ = std::make_shared<const std::vector<PluginRecord>>(std::move(records));
    board_.publish(published_);
}

// Not before nobody new runs on it: who reads that it drains may rely on that.
void Scan::show_what_drains() {
    for (auto& [lease, record] : retired_) board_.drain(lease, std::move(record));
    retired_.clear();
    leaving_.clear();
}

// What nothing in the folders is, and nothing in this process runs. What still drains is left for the next time.
void Scan::clean_cache() {
    if (!cache_unclean_) return;
    std::set<std::string> used;
    for (const Item& item : items_) {
        used.insert(item.library.sha256);
        if (item.current) used.insert(item.current->library.sha256);
    }
    const RecordsPtr shown = board_.read();
    for (const PluginRecord& record : *shown) used.insert(record.sha256);
    const bool cleaned = cache_.clean([&used](const std::string& sha256) { return used.contains(sha256); });
    cache_unclean_ = !cleaned || shown->size() > items_.size();
}

void Scan::set(Item& item, PluginState state, std::string reason) {
    if (item.record.state == state && item.record.reason == reason && item.record.since != UtcTime{}) return;
    item.record.state = state;
    item.record.reason = std::move(reason);
    item.record.since = clock_.now().utc;
}

}  // namespace cedar::host::loader
