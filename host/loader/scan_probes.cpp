#include "host/core/check.hpp"
#include "host/core/component_config.hpp"
#include "host/core/json.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/loader/prober.hpp"
#include "host/loader/quarantine_words.hpp"
#include "host/loader/scan.hpp"
#include "host/ports/clock.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::loader {

namespace {

std::string refusals_text(const std::vector<ProbeVerdict::Refusal>& refusals) {
    std::string out;
    for (const auto& one : refusals) out += (out.empty() ? "" : "; ") + one.error.message;
    return out;
}

}  // namespace

// All at once, so that they are tried side by side. The first look waits for them, since nobody uses anything yet;
// later ones do not: a verdict is taken up when it comes.
void Scan::begin_probes(const std::vector<std::size_t>& offers) {
    std::vector<ProbeTarget> targets;
    for (const std::size_t offer : offers) {
        Item& item = items_[item_of_[offer]];
        if (!item.placement.probed || item.tried || item.ticket != 0) continue;
        item.refusals.clear();
        item.ticket = ++last_ticket_;
        asked_[item.ticket] = {item.library.sha256, to_utf8(item.file.filename().native())};
        targets.push_back(make_target(item));
    }
    if (targets.empty()) return;
    CEDAR_CHECK(options_.prober != nullptr);
    options_.prober->begin(std::move(targets));
    take_verdicts();  // those that were known
    while (!begun_ && !asked_.empty() && options_.prober->wait(options_.first_wait)) take_verdicts();
}

// True: a file has one now that waited for it.
bool Scan::take_verdicts() {
    if (asked_.empty()) return false;
    bool any = false;
    for (auto& told : options_.prober->take()) {
        const auto asked = asked_.extract(told.ticket);
        if (asked.empty()) continue;
        if (told.verdict.kind == ProbeVerdict::Kind::quarantined)
            enter_in_ledger(asked.mapped(), told.verdict.reason);
        const auto item = std::ranges::find(items_, told.ticket, &Item::ticket);
        if (item == items_.end()) continue;  // another content by now, or gone
        take_verdict(*item, std::move(told.verdict));
        any = true;
    }
    return any;
}

void Scan::enter_in_ledger(const Asked& asked, const std::string& reason) {
    if (options_.ledger == nullptr) return;
    auto entered = options_.ledger->quarantine(asked.sha256, asked.name, reason, clock_.now().utc);
    if (!entered) note_problem("quarantine: " + entered.error().message);
}

// While something is being tried, what it may replace stays in use, and nothing is brought up in between that it
// would replace at once.
void Scan::rule_without_what_is_tried() {
    if (std::ranges::none_of(items_, &Item::is_being_tried)) return;
    for (bool again = true; again;) {
        again = false;
        make_offers(true);
        rulings_ = resolve(offers_);
        for (std::size_t i = 0; i < offers_.size(); ++i) {
            Item& item = items_[item_of_[i]];
            const bool used = std::ranges::find(rulings_[i].in_use, true) != rulings_[i].in_use.end();
            if (!used || (item.current && item.current->library.sha256 == offers_[i].sha256)) continue;
            item.held_back = again = true;
        }
    }
}

// A configuration that its schema refuses is not tried on the component.
ProbeTarget Scan::make_target(Item& item) const {
    ProbeTarget target;
    target.ticket = item.ticket;
    target.file = item.record.file;
    target.copy = item.library.copy.native();
    target.sha256 = item.library.sha256;
    target.confined = item.placement.confined;
    for (const Manifest& manifest : item.library.found.manifest->components) {
        std::string config = options_.config ? options_.config(manifest.id) : std::string();
        if (auto valid = check_config(manifest, config); !valid) {
            item.refusals.push_back({manifest.id, valid.error()});
        } else {
            target.components.push_back({manifest.id, std::move(config)});
        }
    }
    return target;
}

// Components that cannot be created are refused one by one, unless what runs now is better: then it stays.
void Scan::take_verdict(Item& item, ProbeVerdict verdict) {
    item.tried = true;
    item.ticket = 0;
    if (verdict.kind == ProbeVerdict::Kind::passed) {
        for (auto& refusal : verdict.refusals) item.refusals.push_back(std::move(refusal));
        if (item.current && !item.refusals.empty()) {
            item.refused = {PluginState::rejected, refusals_text(item.refusals)};
        }
        return;
    }
    if (verdict.kind == ProbeVerdict::Kind::rejected) {
        item.refused = {PluginState::rejected, std::move(verdict.reason)};
        return;
    }
    item.refused = {PluginState::quarantined, quarantine_words(verdict.reason, item.record.file)};
}

}  // namespace cedar::host::loader
