#include "host/loader/scan.hpp"
#include "host/ports/clock.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::loader {
namespace {

std::string moved_words(const CatalogueOptions& options) {
    return "in a worker process: " + std::to_string(options.generations_max) +
           " different libraries with a component of the same id have been loaded in the host's own, and none can "
           "be "
           "unloaded; restart the host to run this one in-process";
}

}  // namespace

// Each file offers what it holds; if that is refused, the content before it that was good. `of_what_runs`: so too
// if that waits.
void Scan::make_offers(bool of_what_runs) {
    offers_.clear();
    item_of_.clear();
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const Item& item = items_[i];
        const CachedLibrary* library = &item.library;
        const bool out = item.refused || (of_what_runs && item.waits());
        if (out && item.current) library = &item.current->library;
        if (!library->found.acceptable() || !library->found.manifest) continue;
        Offer& offer = offers_.emplace_back();
        offer.file = item.record.file;
        offer.sha256 = library->sha256;
        for (const Manifest& manifest : library->found.manifest->components) {
            offer.components.push_back({manifest.id, manifest.version});
        }
        offer.refused = out && !item.current;
        item_of_.push_back(i);
    }
}

// Each round brings up what won; a failure lets others step forward, so it goes on until a round has none.
void Scan::bring_up_until_settled() {
    do {
        make_offers();
        rulings_ = resolve(offers_);
    } while (!bring_up_winners());
}

std::vector<std::size_t> Scan::winners_to_bring_up() const {
    std::vector<std::size_t> winners;
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        const Item& item = items_[item_of_[i]];
        if (rulings_[i].kind != Ruling::Kind::use || item.refused) continue;
        if (!item.is_up()) winners.push_back(i);
    }
    return winners;
}

bool Scan::bring_up_winners() {
    const auto winners = winners_to_bring_up();
    if (winners.empty()) return true;
    for (const std::size_t offer : winners) set(items_[item_of_[offer]], PluginState::probing, {});
    publish();
    begin_probes(winners);
    bool settled = true;
    for (const std::size_t offer : winners) {
        Item& item = items_[item_of_[offer]];
        if (item.is_being_tried()) continue;
        if (!item.refused) bring_up(offer);
        settled = settled && !item.refused;
    }
    return settled;
}

bool Scan::Item::is_up() const {
    return current && current->library.sha256 == library.sha256 && current->placement.mode == placement.mode &&
           current->placement.group == placement.group && current->placement.confined == placement.confined;
}

void Scan::bring_up(std::size_t offer) {
    Item& item = items_[item_of_[offer]];
    auto generation = load(item);
    Result<void> ready = generation ? Result<void>{} : Result<void>(generation.error());
    if (ready && options_.bring_up) {
        // All of its components, whichever are in use now: others may go.
        Plugin plugin = make_plugin(item, **generation, std::vector<bool>(rulings_[offer].in_use.size(), true));
        plugin.lease = *generation;
        plugin.replaces = item.current != nullptr;
        ready = options_.bring_up(plugin);
    }
    if (!ready) {
        item.refused = {PluginState::rejected, ready.error().message};
        return;
    }
    (*generation)->number = ++item.generations;
    retire(item, "replaced by generation " + std::to_string(item.generations));
    item.current = std::move(*generation);
}

Result<std::shared_ptr<Generation>> Scan::load(const Item& item) {
    auto generation = std::make_shared<Generation>();
    generation->serial = ++last_serial_;
    generation->placement = item.placement;
    generation->refusals = item.refusals;
    generation->library = item.library;
    if (item.placement.mode != PluginMode::in_process) return generation;
    if (auto within = check_cap(item); !within) return within.error();
    auto library = Library::load(item.library.copy);
    if (!library) return library.error();
    for (const Manifest& manifest : item.library.found.manifest->components) {
        loaded_[manifest.id].insert(item.library.sha256);
    }
    if (auto ready = library->init(host_); !ready) return ready.error();
    generation->loaded = std::make_unique<Library>(std::move(*library));
    return generation;
}

// As it was asked for; but what is loaded here stays here, so that beyond the bound a worker has to do.
void Scan::place(Item& item) {
    if (options_.place) item.placement = options_.place(item.folder, item.file, item.library.sha256);
    item.moved =
        item.placement.mode == PluginMode::in_process && options_.prober != nullptr && beyond_cap(item) != nullptr;
    if (!item.moved) return;
    item.placement.mode = PluginMode::process;
    item.placement.probed = true;
}

// The component of which as many different libraries are loaded here as may be, this one not among them; or null.
const Manifest* Scan::beyond_cap(const Item& item) const {
    if (!item.library.found.manifest) return nullptr;
    const auto& components = item.library.found.manifest->components;
    const auto found = std::ranges::find_if(components, [&](const Manifest& manifest) {
        const auto known = loaded_.find(manifest.id);
        return known != loaded_.end() && known->second.size() >= options_.generations_max &&
               !known->second.contains(item.library.sha256);
    });
    return found == components.end() ? nullptr : &*found;
}

Result<void> Scan::check_cap(const Item& item) const {
    const Manifest* const manifest = beyond_cap(item);
    if (manifest == nullptr) return {};
    return Error{ErrorCode::limit,
                 manifest->id + ": expected at most " + std::to_string(options_.generations_max) +
                     " different libraries in the life of this process, as none can be unloaded; restart the "
                     "host to use this one",
                 {}};
}

// Runs that have begun finish on it; nobody else begins. Nothing happens when nothing of the file runs.
void Scan::retire(Item& item, std::string reason) {
    if (!item.current) return;
    PluginRecord record = item.record;
    record.sha256 = item.current->library.sha256;
    record.state = PluginState::draining;
    record.reason = std::move(reason) + "; runs that began before finish on it";
    record.since = clock_.now().utc;
    record.mode = to_string(item.current->placement);
    record.generation = item.current->number;
    record.warnings.clear();
    record.components.clear();
    for (const Manifest& manifest : item.current->library.found.manifest->components) {
        record.components.push_back({manifest.id, manifest.version.to_string(), false});
    }
    retired_.emplace_back(item.current, std::move(record));
    item.current.reset();
    item.record.generation = 0;
    cache_unclean_ = true;
}

Plugin Scan::make_plugin(const Item& item, const Generation& generation, const std::vector<bool>& in_use) const {
    Plugin plugin;
    plugin.file = item.record.file;
    plugin.loaded = generation.library.copy.native();
    plugin.sha256 = generation.library.sha256;
    plugin.entry = generation.loaded ? &generation.loaded->entry() : nullptr;
    plugin.placement = generation.placement;
    plugin.refusals = generation.refusals;
    plugin.serial = generation.serial;
    const auto& manifests = generation.library.found.manifest->components;
    for (std::size_t c = 0; c < in_use.size(); ++c) {
        if (in_use[c]) plugin.components.push_back(manifests[c]);
    }
    return plugin;
}

void Scan::settle() {
    plugins_.clear();
    for (Item& item : items_) {
        if (item.refused && !item.current) set(item, item.refused->state, item.refused->reason);
    }
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        if (rulings_[i].kind != Ruling::Kind::duplicate) settle_offer(i);
    }
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        if (rulings_[i].kind == Ruling::Kind::duplicate) settle_duplicate(i);
    }
    for (Item& item : items_) {
        if (item.refused && !item.current) set(item, item.refused->state, item.refused->reason);
        const bool known = item.current || !item.record.sha256.empty();
        item.record.mode =
            known ? to_string(item.current ? item.current->placement : item.placement) : std::string();
        item.record.generation = item.current ? item.current->number : 0;
    }
}

void Scan::settle_offer(std::size_t offer) {
    Item& item = items_[item_of_[offer]];
    Ruling& ruling = rulings_[offer];
    if (ruling.kind != Ruling::Kind::use) {
        retire(item, ruling.reason);
        show_components(item, item.library, {});
        if (item.refused) return;
        const bool refused = ruling.kind == Ruling::Kind::refused;
        return set(item, refused ? PluginState::rejected : PluginState::shadowed, ruling.reason);
    }
    if (item.current) {
        show_components(item, item.current->library, ruling.in_use);
        plugins_.push_back(make_plugin(item, *item.current, ruling.in_use));
        plugins_.back().lease = item.current;
    }
    if (item.waits()) return set(item, item.is_being_tried() ? PluginState::probing : PluginState::found, {});
    if (!item.current) return;
    if (!item.refused) return set(item, PluginState::ready, item.moved ? moved_words(options_) : ruling.reason);
    set(item, item.refused->state,
        item.refused->reason + "; generation " + std::to_string(item.current->number) + " stays in use");
}

// The same content has the same fate: a duplicate of a refused library is refused, not shadowed.
void Scan::settle_duplicate(std::size_t offer) {
    Item& item = items_[item_of_[offer]];
    const Item& first = items_[item_of_[rulings_[offer].same_as]];
    retire(item, rulings_[offer].reason);
    show_components(item, item.library, {});
    if (item.refused) return;
    const bool bad = first.record.state == PluginState::rejected || first.record.state == PluginState::quarantined;
    if (!bad || first.current) return set(item, PluginState::shadowed, rulings_[offer].reason);
    set(item, first.record.state, "the same content as " + first.record.file + ": " + first.record.reason);
}

}  // namespace cedar::host::loader
