#include "host/loader/plugin_ledger.hpp"

#include "host/core/json.hpp"
#include "host/os/file_lock.hpp"

#include <algorithm>
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
constexpr std::chrono::milliseconds kOthersWrite{5000};  // for as long another may be at it

using Entries = std::map<std::string, PluginLedger::Entry, std::less<>>;
using AllCrashes = std::map<std::string, PluginLedger::Crashes, std::less<>>;

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

std::int64_t to_ms(UtcTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// Left out while there are none.
void append(std::string& out, const AllCrashes& all) {
    if (all.empty()) return;
    out += ",\n \"crashed\":[";
    for (const auto& [sha256, crashes] : all) {
        out += out.back() == '[' ? "\n  {\"sha256\":" : ",\n  {\"sha256\":";
        append_json_string(out, sha256);
        out +=
            ",\"name\":" + json_string(crashes.name) + ",\"last\":" + json_string(crashes.last) + ",\"times_ms\":[";
        for (const UtcTime time : crashes.times) {
            if (out.back() != '[') out += ',';
            out += std::to_string(to_ms(time));
        }
        out += "]}";
    }
    out += ']';
}

bool take_times(const JsonValue& item, std::vector<UtcTime>& times) {
    const JsonValue* list = find_member(item, "times_ms");
    if (list == nullptr || !list->IsArray() || list->Empty()) return false;
    for (const JsonValue& one : list->GetArray()) {
        if (!one.IsInt64()) return false;
        times.emplace_back(std::chrono::milliseconds(one.GetInt64()));
    }
    return true;
}

bool take(const JsonValue& document, AllCrashes& all) {
    const JsonValue* items = find_member(document, "crashed");
    if (items == nullptr) return true;
    if (!items->IsArray()) return false;
    for (const JsonValue& item : items->GetArray()) {
        if (!item.IsObject()) return false;
        const std::string sha256(string_member(item, "sha256"));
        if (sha256.size() != 64) return false;
        PluginLedger::Crashes& crashes = all[sha256];
        crashes.name = string_member(item, "name");
        crashes.last = string_member(item, "last");
        if (!take_times(item, crashes.times)) return false;
    }
    return true;
}

// The library whose last crash is longest ago makes room.
void forget_beyond(AllCrashes& all, std::size_t most) {
    while (all.size() > most) {
        all.erase(std::ranges::min_element(
            all, {}, [](const auto& entry) { return *std::ranges::max_element(entry.second.times); }));
    }
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

// False: there was no such entry.
bool erase(Entries& entries, std::string_view sha256) {
    const auto found = entries.find(sha256);
    if (found == entries.end()) return false;
    entries.erase(found);
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
    const std::lock_guard lock(ledger->mutex_);
    if (auto read = ledger->read(); !read) return read.error();
    return ledger;
}

Result<void> PluginLedger::refresh() {
    const std::lock_guard lock(mutex_);
    const auto stamp = stamp_of(file_);
    return (stamp ? std::optional(*stamp) : std::nullopt) == stamp_ ? Result<void>{} : read();
}

Result<void> PluginLedger::read() {
    const auto bytes = read_regular_file(file_, kMaxBytes);
    if (!bytes && bytes.error().code == ErrorCode::not_found) {
        state_ = {};
        stamp_.reset();
        return {};
    }
    const std::string name = to_utf8(file_.native());
    if (!bytes) return Error{bytes.error().code, name + ": " + bytes.error().message, {}};
    const std::string_view text(reinterpret_cast<const char*>(bytes->content.data()), bytes->content.size());
    const auto document = parse_json(text, {.max_bytes = kMaxBytes});
    State state;
    const bool good = document && document->IsObject() && take(*document, "trusted", state.trusted) &&
                      take(*document, "quarantined", state.quarantined) && take(*document, state.crashed);
    if (!good)
        return Error{ErrorCode::corrupt,
                     name +
                         ": expected the lists \"trusted\", \"quarantined\" and, if there, \"crashed\", each of "
                         "objects with a sha256",
                     {}};
    state_ = std::move(state);
    stamp_ = bytes->stamp;
    return {};
}

Result<void> PluginLedger::write(const State& state) const {
    std::string out = "{";
    append(out, "trusted", state.trusted);
    out += ",\n ";
    append(out, "quarantined", state.quarantined);
    append(out, state.crashed);
    out += "}\n";
    return write_file_whole(file_, std::as_bytes(std::span(out)), kOwnerOnly);
}

// Under a lock between processes, so that nobody's change is lost.
Result<bool> PluginLedger::change(const Change& change) {
    const std::lock_guard lock(mutex_);
    std::error_code ignored;  // write() says what is wrong
    std::filesystem::create_directories(file_.parent_path(), ignored);
    const auto alone = os::LockedFile::open(file_.native() + ".lock", os::Hold::alone, kOthersWrite);
    if (!alone) return alone.error();
    if (auto known = read(); !known) return known.error();
    State next = state_;
    if (!change(next)) return false;
    if (auto written = write(next); !written) return written.error();
    if (auto known = read(); !known) return known.error();
    return true;
}

bool PluginLedger::trusts(std::string_view sha256) const {
    const std::lock_guard lock(mutex_);
    return state_.trusted.contains(sha256);
}

std::optional<PluginLedger::Entry> PluginLedger::quarantine_of(std::string_view sha256) const {
    const std::lock_guard lock(mutex_);
    const auto found = state_.quarantined.find(sha256);
    return found == state_.quarantined.end() ? std::nullopt : std::optional(found->second);
}

Entries PluginLedger::trusted() const {
    const std::lock_guard lock(mutex_);
    return state_.trusted;
}

Entries PluginLedger::quarantined() const {
    const std::lock_guard lock(mutex_);
    return state_.quarantined;
}

Result<void> PluginLedger::trust(const std::string& sha256, const std::string& name, UtcTime now) {
    const auto done = change([&](State& state) {
        state.trusted[sha256] = {name, iso_time(now), {}};
        return true;
    });
    return done ? Result<void>{} : done.error();
}

Result<void> PluginLedger::quarantine(const std::string& sha256, const std::string& name, const std::string& reason,
                                      UtcTime now) {
    const auto done = change([&](State& state) {
        state.quarantined[sha256] = {name, iso_time(now), reason};
        return true;
    });
    return done ? Result<void>{} : done.error();
}

Result<bool> PluginLedger::untrust(std::string_view sha256) {
    return change([&](State& state) { return erase(state.trusted, sha256); });
}

Result<bool> PluginLedger::clear(std::string_view sha256) {
    return change([&](State& state) {
        const bool was_in = erase(state.quarantined, sha256);
        const auto crashes = state.crashed.find(sha256);
        const bool has_crashed = crashes != state.crashed.end();
        if (has_crashed) state.crashed.erase(crashes);
        return was_in || has_crashed;
    });
}

AllCrashes PluginLedger::crashed() const {
    const std::lock_guard lock(mutex_);
    return state_.crashed;
}

Result<std::size_t> PluginLedger::note_crash(const std::string& sha256, const std::string& name,
                                             const std::string& how, UtcTime at, std::chrono::seconds window) {
    std::size_t count = 0;
    const auto done = change([&](State& state) {
        Crashes& crashes = state.crashed[sha256];
        std::vector<UtcTime>& times = crashes.times;
        const bool known = std::ranges::find(times, at) != times.end();
        if (!known) times.push_back(at);
        count = static_cast<std::size_t>(
            std::ranges::count_if(times, [&](UtcTime time) { return time <= at && time >= at - window; }));
        if (known) return false;
        if (times.size() > kCrashTimesMax) times.erase(times.begin());
        crashes.name = name;
        crashes.last = how;
        forget_beyond(state.crashed, kCrashedMax);
        return true;
    });
    if (!done) return done.error();
    return count;
}

}  // namespace cedar::host::loader
