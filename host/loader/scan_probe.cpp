// The part of a scan that tries libraries before they are relied on.
#include "host/core/check.hpp"
#include "host/core/component_config.hpp"
#include "host/core/json.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/loader/scan.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"

#include <utility>

namespace cedar::host::loader {

std::string quarantine_words(const std::string& reason, const std::string& file) {
    return reason + "; `cedar plugins clear " + file + "` lets it be tried again";
}

// All at once, so that they are tried side by side. False: one of them is out, and others may step forward.
bool Scan::probe_winners() {
    std::vector<std::size_t> tried;
    std::vector<ProbeTarget> targets;
    for (const std::size_t i : offers_to_bring_up()) {
        Item& item = items_[item_of_[i]];
        if (!item.placement.probed || item.tried) continue;
        targets.push_back(make_target(item));
        tried.push_back(i);
    }
    if (targets.empty()) return true;
    CEDAR_CHECK(options_.prober != nullptr);
    auto verdicts = options_.prober->probe(targets);
    bool settled = true;
    for (std::size_t i = 0; i < tried.size(); ++i) {
        take_verdict(tried[i], std::move(verdicts[i]));
        settled = settled && !offers_[tried[i]].refused;
    }
    return settled;
}

// A configuration that its schema refuses is not tried on the component.
ProbeTarget Scan::make_target(Item& item) const {
    ProbeTarget target;
    target.file = item.record.file;
    target.copy = item.library.copy.native();
    target.sha256 = item.record.sha256;
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

void Scan::take_verdict(std::size_t offer, ProbeVerdict verdict) {
    Item& item = items_[item_of_[offer]];
    item.tried = true;
    if (verdict.kind == ProbeVerdict::Kind::passed) {
        for (auto& refusal : verdict.refusals) item.refusals.push_back(std::move(refusal));
        return;
    }
    offers_[offer].refused = true;
    if (verdict.kind == ProbeVerdict::Kind::rejected) return set(item, PluginState::rejected, verdict.reason);
    set(item, PluginState::quarantined, quarantine_words(verdict.reason, item.record.file));
    if (options_.ledger == nullptr) return;
    const std::string name = to_utf8(item.library.copy.filename().native());
    auto entered = options_.ledger->quarantine(item.record.sha256, name, verdict.reason, clock_.now().utc);
    if (!entered) warn("quarantine: " + entered.error().message);
}

void Scan::warn(const std::string& message) const {
    LogRecord line;
    line.level = LogLevel::warn;
    line.stage = "loader";
    line.message = message;
    log_.write(line);
}

}  // namespace cedar::host::loader
