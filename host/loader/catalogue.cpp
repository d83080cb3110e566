#include "host/loader/catalogue.hpp"

#include "host/core/json.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/loader/scan.hpp"

#include <utility>

namespace cedar::host::loader {

namespace {

void append_member(std::string& out, std::string_view name, std::string_view value) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
}

void append_component(std::string& out, const ComponentName& component) {
    out += '{';
    append_member(out, "id", component.id);
    append_member(out, "version", component.version);
    out += component.in_use ? ",\"in_use\":true" : ",\"in_use\":false";
    if (!component.circuit.empty()) append_member(out, "circuit", component.circuit);
    out += '}';
}

void append_ends(std::string& out, const PluginEnds& ends) {
    out += ",\"ends\":{\"crashes\":" + std::to_string(ends.crashes) + ",\"kills\":" + std::to_string(ends.kills) +
           ",\"stuck\":" + std::to_string(ends.stuck);
    append_member(out, "last", ends.last);
    append_member(out, "last_at", iso_time(ends.last_at));
    out += '}';
}

void append_host_crashes(std::string& out, const HostCrashes& crashes) {
    out += ",\"host_crashes\":{\"times\":" + std::to_string(crashes.times);
    append_member(out, "last", crashes.last);
    append_member(out, "last_at", iso_time(crashes.last_at));
    out += '}';
}

void append_record(std::string& out, const PluginRecord& record) {
    out += '{';
    append_member(out, "file", record.file);
    append_member(out, "sha256", record.sha256);
    append_member(out, "state", to_string(record.state));
    append_member(out, "reason", record.reason);
    append_member(out, "since", iso_time(record.since));
    append_member(out, "mode", record.mode);
    out += ",\"generation\":" + std::to_string(record.generation);
    out += ",\"components\":[";
    for (const ComponentName& component : record.components) {
        if (out.back() != '[') out += ',';
        append_component(out, component);
    }
    out += "],\"warnings\":[";
    for (const std::string& warning : record.warnings) {
        if (out.back() != '[') out += ',';
        append_json_string(out, warning);
    }
    out += ']';
    if (record.ends.any()) append_ends(out, record.ends);
    if (record.host_crashes.times > 0) append_host_crashes(out, record.host_crashes);
    out += '}';
}

}  // namespace

std::string_view to_string(PluginState state) {
    switch (state) {
        case PluginState::found: return "found";
        case PluginState::probing: return "probing";
        case PluginState::ready: return "ready";
        case PluginState::rejected: return "rejected";
        case PluginState::shadowed: return "shadowed";
        case PluginState::quarantined: return "quarantined";
        case PluginState::draining: return "draining";
    }
    return "found";
}

std::string to_string(const Placement& placement) {
    switch (placement.mode) {
        case PluginMode::in_process: return "in-process";
        case PluginMode::process: return "process";
        case PluginMode::group: return "group:" + placement.group;
    }
    return "process";
}

struct Catalogue::Impl {
    Impl(CatalogueOptions options, const cedar_host& host, const Clock& clock, Log& log)
        : scan(std::move(options), host, clock, log) {}
    Scan scan;
};

Catalogue::Catalogue(CatalogueOptions options, const cedar_host& host, const Clock& clock, Log& log)
    : impl_(std::make_unique<Impl>(std::move(options), host, clock, log)) {
    refresh();
}

Catalogue::~Catalogue() = default;

bool Catalogue::refresh() {
    return impl_->scan.run();
}

bool Catalogue::take_up() {
    return impl_->scan.take_up();
}

void Catalogue::clean_cache() {
    impl_->scan.clean_cache();
}

std::span<const Plugin> Catalogue::ready() const {
    return impl_->scan.plugins();
}

std::span<const PluginRecord> Catalogue::records() const {
    return impl_->scan.records();
}

std::span<const std::string> Catalogue::problems() const {
    return impl_->scan.problems();
}

RecordsPtr Catalogue::snapshot() const {
    return impl_->scan.snapshot();
}

std::string to_json(std::span<const PluginRecord> records) {
    std::string out = "[";
    for (const PluginRecord& record : records) {
        if (out.back() != '[') out += ',';
        append_record(out, record);
    }
    out += ']';
    return out;
}

}  // namespace cedar::host::loader
