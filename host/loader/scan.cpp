#include "host/loader/scan.hpp"

#include "host/core/json.hpp"
#include "host/loader/folder.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

namespace cedar::host::loader {

namespace {

void write_line(Log& log, LogLevel level, const std::string& message) {
    LogRecord line;
    line.level = level;
    line.stage = "loader";
    line.message = message;
    log.write(line);
}

std::filesystem::path identity_of(const std::filesystem::path& folder) {
    std::error_code ignored;  // an unreadable folder is reported when it is listed
    auto canonical = std::filesystem::weakly_canonical(folder, ignored);
    return ignored ? folder : canonical;
}

}  // namespace

Scan::Scan(const CatalogueOptions& options, const cedar_host& host, const Clock& clock, Log& log)
    : options_(options),
      host_(host),
      clock_(clock),
      log_(log),
      cache_(options.cache / "plugins", options.max_file_bytes, clock) {}

ScanResult Scan::run() && {
    const SteadyTime begun = clock_.now().steady;
    list_folders();
    make_offers();
    load_until_settled();
    settle();
    if (auto saved = cache_.save(); !saved) write_line(log_, LogLevel::warn, saved.error().message);
    ScanResult result = hand_over();
    report(result, begun);
    return result;
}

void Scan::list_folders() {
    std::vector<std::filesystem::path> seen;
    for (std::size_t index = 0; index < options_.folders.size(); ++index) {
        const auto& folder = options_.folders[index];
        if (std::ranges::find(seen, identity_of(folder)) != seen.end()) continue;
        seen.push_back(identity_of(folder));
        auto listing = list_candidates(folder, options_.max_files);
        if (!listing) {
            note_problem(listing.error().message);
            continue;
        }
        if (listing->left_out > 0) {
            note_problem("plugin folder " + to_utf8(folder.native()) + ": expected at most " +
                         std::to_string(options_.max_files) + " libraries, left out " +
                         std::to_string(listing->left_out));
        }
        for (const auto& file : listing->files) take_in(index, file);
    }
}

void Scan::take_in(std::size_t folder, const std::filesystem::path& file) {
    Item& item = items_.emplace_back();
    item.record.file = to_utf8(file.native());
    auto library = cache_.take_in(file);
    if (!library) return set(item, PluginState::rejected, library.error().message);
    item.library = std::move(*library);
    item.record.sha256 = item.library.sha256;
    const Inspection& found = item.library.found;
    if (found.manifest) {
        item.record.warnings = found.manifest->warnings;
        for (const Manifest& manifest : found.manifest->components) {
            item.record.components.push_back({manifest.id, manifest.version.to_string(), false});
        }
    }
    if (options_.place) item.placement = options_.place(folder, file, item.record.sha256);
    item.record.mode = to_string(item.placement);
    if (!found.acceptable()) return set(item, PluginState::rejected, found.refusal);
    if (options_.ledger == nullptr) return;
    if (const auto entry = options_.ledger->quarantine_of(item.record.sha256)) {
        set(item, PluginState::quarantined,
            quarantine_words(entry->reason + " (" + entry->since + ")", item.record.file));
    }
}

void Scan::make_offers() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const Item& item = items_[i];
        if (item.record.state != PluginState::found) continue;
        Offer& offer = offers_.emplace_back();
        offer.file = item.record.file;
        offer.sha256 = item.record.sha256;
        for (const Manifest& manifest : item.library.found.manifest->components) {
            offer.components.push_back({manifest.id, manifest.version});
        }
        item_of_.push_back(i);
    }
}

// Each round loads what won; a failure lets others step forward, so it goes on until a round has none.
void Scan::load_until_settled() {
    do {
        rulings_ = resolve(offers_);
    } while (!load_winners());
}

bool Scan::load_winners() {
    bool settled = probe_winners();
    for (const std::size_t i : offers_to_bring_up()) {
        Item& item = items_[item_of_[i]];
        if (auto ready = bring_up(item); !ready) {
            set(item, PluginState::rejected, ready.error().message);
            offers_[i].refused = true;
            settled = false;
        }
    }
    return settled;
}

std::vector<std::size_t> Scan::offers_to_bring_up() const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        const bool wanted = rulings_[i].kind == Ruling::Kind::use && !offers_[i].refused;
        if (wanted && !items_[item_of_[i]].up) out.push_back(i);
    }
    return out;
}

Result<void> Scan::bring_up(Item& item) {
    if (item.placement.mode == PluginMode::in_process) {
        auto library = Library::load(item.library.copy);
        if (!library) return library.error();
        if (auto ready = library->init(host_); !ready) return ready;
        item.entry = &library->entry();
        libraries_.push_back(std::move(*library));
    }
    item.up = true;
    return {};
}

void Scan::settle() {
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        if (rulings_[i].kind != Ruling::Kind::duplicate) settle_offer(i);
    }
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        if (rulings_[i].kind == Ruling::Kind::duplicate) settle_duplicate(i);
    }
}

void Scan::settle_offer(std::size_t offer) {
    Item& item = items_[item_of_[offer]];
    Ruling& ruling = rulings_[offer];
    if (offers_[offer].refused) return;
    switch (ruling.kind) {
        case Ruling::Kind::refused: return set(item, PluginState::rejected, ruling.reason);
        case Ruling::Kind::shadowed: return set(item, PluginState::shadowed, ruling.reason);
        case Ruling::Kind::use: break;
        case Ruling::Kind::duplicate: return;
    }
    for (std::size_t c = 0; c < ruling.in_use.size(); ++c) item.record.components[c].in_use = ruling.in_use[c];
    set(item, PluginState::ready, ruling.reason);
}

// The same content has the same fate: a duplicate of a refused library is refused, not shadowed.
void Scan::settle_duplicate(std::size_t offer) {
    Item& item = items_[item_of_[offer]];
    const PluginRecord& first = items_[item_of_[rulings_[offer].same_as]].record;
    const bool refused = first.state == PluginState::rejected || first.state == PluginState::quarantined;
    if (!refused) return set(item, PluginState::shadowed, rulings_[offer].reason);
    set(item, first.state, "the same content as " + first.file + ": " + first.reason);
}

Plugin Scan::make_plugin(Item& item, const std::vector<bool>& in_use) const {
    Plugin plugin;
    plugin.file = item.record.file;
    plugin.loaded = item.library.copy.native();
    plugin.sha256 = item.record.sha256;
    plugin.entry = item.entry;
    plugin.placement = item.placement;
    plugin.refusals = item.refusals;
    auto& manifests = item.library.found.manifest->components;
    for (std::size_t c = 0; c < in_use.size(); ++c) {
        if (in_use[c]) plugin.components.push_back(std::move(manifests[c]));
    }
    return plugin;
}

ScanResult Scan::hand_over() {
    ScanResult result;
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        Item& item = items_[item_of_[i]];
        if (item.record.state != PluginState::ready) continue;
        result.plugins.push_back(make_plugin(item, rulings_[i].in_use));
    }
    for (Item& item : items_) result.records.push_back(std::move(item.record));
    result.libraries = std::move(libraries_);
    result.problems = std::move(problems_);
    return result;
}

void Scan::report(const ScanResult& result, SteadyTime begun) const {
    std::size_t rejected = 0, shadowed = 0;
    for (const PluginRecord& record : result.records) {
        if (record.state == PluginState::rejected || record.state == PluginState::quarantined) {
            ++rejected;
            write_line(log_, LogLevel::warn,
                       record.file + ": " + std::string(to_string(record.state)) + ": " + record.reason);
        } else if (!record.reason.empty()) {
            shadowed += record.state == PluginState::shadowed ? 1U : 0U;
            write_line(log_, LogLevel::info, record.file + ": " + record.reason);
        }
        for (const std::string& warning : record.warnings) {
            write_line(log_, LogLevel::warn, record.file + ": manifest: " + warning);
        }
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now().steady - begun);
    write_line(log_, LogLevel::info,
               "plugins: " + std::to_string(result.plugins.size()) + " ready, " + std::to_string(rejected) +
                   " rejected, " + std::to_string(shadowed) + " shadowed, in " + std::to_string(took.count()) +
                   " ms");
}

void Scan::note_problem(std::string problem) {
    write_line(log_, LogLevel::warn, problem);
    problems_.push_back(std::move(problem));
}

void Scan::set(Item& item, PluginState state, std::string reason) {
    item.record.state = state;
    item.record.reason = std::move(reason);
    item.record.since = clock_.now().utc;
}

}  // namespace cedar::host::loader
