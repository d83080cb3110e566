#include "host/loader/plugin_ledger.hpp"

#include "host/core/json.hpp"
#include "host/loader/file_bytes.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <span>
#include <utility>

namespace cedar::host::loader {
namespace {

constexpr std::uint64_t kMaxBytes = 16 * 1024 * 1024;
constexpr unsigned kOwnerOnly = 0600;

using Entries = std::map<std::string, PluginLedger::Entry, std::less<>>;

void append(std::string& out, std::string_view list, const Entries& entries) {
    append_json_string(out, list);
    out += ":[";
    for (const auto& [sha256, entry] : entries) {
        out += out.back() == '[' ? "\n  {\"sha256\":" : ",\n  {\"sha256\":";
        append_json_string(out, sha256);
        out += ",\"name\":" + json_string(entry.name) + ",\"since\":" + json_string(entry.since);
        if (!entry.reason.empty()) out += ",\"reason\":" + json_string(entry.reason);
        out += '}';
    }
    out += ']';
}

bool take(const JsonValue& document, std::string_view list, Entries& entries) {
    const JsonValue* items = find_member(document, list);
    if (items == nullptr || !items->IsArray()) return false;
    for (const JsonValue& item : items->GetArray()) {
        if (!item.IsObject()) return false;
        const std::string sha256(string_member(item, "sha256"));
        if (sha256.size() != 64) return false;
        entries[sha256] = {std::string(string_member(item, "name")), std::string(string_member(item, "since")),
                           std::string(string_member(item, "reason"))};
    }
    return true;
}

}  // namespace

std::string iso_time(UtcTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields);
    return text.data();
}

Result<std::unique_ptr<PluginLedger>> PluginLedger::open(std::filesystem::path file) {
    std::unique_ptr<PluginLedger> ledger(new PluginLedger(std::move(file)));
    if (auto read = ledger->read(); !read) return read.error();
    return ledger;
}

Result<void> PluginLedger::read() {
    const auto bytes = read_regular_file(file_, kMaxBytes);
    if (!bytes && bytes.error().code == ErrorCode::not_found) return {};
    const std::string name = to_utf8(file_.native());
    if (!bytes) return Error{bytes.error().code, name + ": " + bytes.error().message, {}};
    const std::string_view text(reinterpret_cast<const char*>(bytes->content.data()), bytes->content.size());
    const auto document = parse_json(text, {.max_bytes = kMaxBytes});
    const bool good = document && document->IsObject() && take(*document, "trusted", trusted_) &&
                      take(*document, "quarantined", quarantined_);
    if (good) return {};
    return Error{ErrorCode::corrupt,
                 name + ": expected the lists \"trusted\" and \"quarantined\", each of objects with a sha256",
                 {}};
}

Result<void> PluginLedger::write() const {
    std::string out = "{";
    append(out, "trusted", trusted_);
    out += ",\n ";
    append(out, "quarantined", quarantined_);
    out += "}\n";
    std::error_code ignored;  // write_file_whole says what is wrong
    std::filesystem::create_directories(file_.parent_path(), ignored);
    return write_file_whole(file_, std::as_bytes(std::span(out)), kOwnerOnly);
}

bool PluginLedger::trusts(std::string_view sha256) const {
    const std::lock_guard lock(mutex_);
    return trusted_.contains(sha256);
}

std::optional<PluginLedger::Entry> PluginLedger::quarantine_of(std::string_view sha256) const {
    const std::lock_guard lock(mutex_);
    const auto found = quarantined_.find(sha256);
    return found == quarantined_.end() ? std::nullopt : std::optional(found->second);
}

Entries PluginLedger::trusted() const {
    const std::lock_guard lock(mutex_);
    return trusted_;
}

Entries PluginLedger::quarantined() const {
    const std::lock_guard lock(mutex_);
    return quarantined_;
}

Result<void> PluginLedger::trust(const std::string& sha256, const std::string& name, UtcTime now) {
    const std::lock_guard lock(mutex_);
    trusted_[sha256] = {name, iso_time(now), {}};
    return write();
}

Result<void> PluginLedger::quarantine(const std::string& sha256, const std::string& name, const std::string& reason,
                                      UtcTime now) {
    const std::lock_guard lock(mutex_);
    quarantined_[sha256] = {name, iso_time(now), reason};
    return write();
}

Result<bool> PluginLedger::untrust(std::string_view sha256) {
    const std::lock_guard lock(mutex_);
    return erase(trusted_, sha256);
}

Result<bool> PluginLedger::clear(std::string_view sha256) {
    const std::lock_guard lock(mutex_);
    return erase(quarantined_, sha256);
}

Result<bool> PluginLedger::erase(Entries& entries, std::string_view sha256) {
    const auto found = entries.find(sha256);
    if (found == entries.end()) return false;
    entries.erase(found);
    if (auto written = write(); !written) return written.error();
    return true;
}

}  // namespace cedar::host::loader
