#include "host/worker/probe_cache.hpp"

#include "host/core/json.hpp"
#include "host/loader/digest.hpp"
#include "host/loader/file_bytes.hpp"

#include <span>
#include <string_view>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr std::uint64_t kMaxBytes = 64 * 1024 * 1024;
constexpr std::size_t kUnusedMax = 20000;
constexpr unsigned kOwnerOnly = 0600;

using Refusals = std::vector<loader::ProbeVerdict::Refusal>;

// {"key", "refusals": [{"id", "code", "message"}]}
std::string line_of(const std::string& key, const Refusals& refusals) {
    std::string out = "{\"key\":" + json_string(key) + ",\"refusals\":[";
    for (const auto& refusal : refusals) {
        if (out.back() != '[') out += ',';
        out += "{\"id\":" + json_string(refusal.id) +
               ",\"code\":" + std::to_string(static_cast<int>(refusal.error.code)) +
               ",\"message\":" + json_string(refusal.error.message) + "}";
    }
    return out + "]}\n";
}

bool take_refusals(const JsonValue& document, Refusals& refusals) {
    const JsonValue* items = find_member(document, "refusals");
    if (items == nullptr || !items->IsArray()) return false;
    for (const JsonValue& item : items->GetArray()) {
        if (!item.IsObject()) return false;
        const JsonValue* code = find_member(item, "code");
        if (code == nullptr || !code->IsInt()) return false;
        const int number = code->GetInt();
        const bool known = number >= 0 && number <= static_cast<int>(ErrorCode::internal);
        refusals.push_back({std::string(string_member(item, "id")),
                            Error{known ? static_cast<ErrorCode>(number) : ErrorCode::internal,
                                  std::string(string_member(item, "message")),
                                  {}}});
    }
    return true;
}

}  // namespace

ProbeCache::ProbeCache(std::filesystem::path file, std::string host_version)
    : file_(std::move(file)), host_version_(std::move(host_version)) {
    load();
}

void ProbeCache::load() {
    const auto bytes = loader::read_regular_file(file_, kMaxBytes);
    if (!bytes) return;
    std::string_view rest(reinterpret_cast<const char*>(bytes->content.data()), bytes->content.size());
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const auto document = parse_json(line);
        Entry entry;
        if (!document || !document->IsObject() || !take_refusals(*document, entry.refusals)) continue;
        entries_[std::string(string_member(*document, "key"))] = std::move(entry);
    }
}

std::string ProbeCache::key_of(const loader::ProbeTarget& target) const {
    std::string text = target.sha256 + "\n" + host_version_ + (target.confined ? "\nconfined\n" : "\nfree\n");
    for (const auto& item : target.components) text += item.id + "\n" + item.config + "\n";
    return loader::sha256_hex(std::as_bytes(std::span(text)));
}

std::optional<loader::ProbeVerdict> ProbeCache::find(const loader::ProbeTarget& target) {
    const auto found = entries_.find(key_of(target));
    if (found == entries_.end()) return std::nullopt;
    found->second.used = true;
    loader::ProbeVerdict verdict;
    verdict.refusals = found->second.refusals;
    return verdict;
}

void ProbeCache::remember(const loader::ProbeTarget& target, const loader::ProbeVerdict& verdict) {
    if (verdict.kind != loader::ProbeVerdict::Kind::passed) return;
    entries_[key_of(target)] = {verdict.refusals, true};
    changed_ = true;
}

Result<void> ProbeCache::save() {
    const auto text = unsaved();
    return text ? write(*text) : Result<void>{};
}

std::optional<std::string> ProbeCache::unsaved() {
    if (!std::exchange(changed_, false)) return std::nullopt;
    std::string out;
    std::size_t unused = 0;
    for (const auto& [key, entry] : entries_) {
        if (entry.used || ++unused <= kUnusedMax) out += line_of(key, entry.refusals);
    }
    return out;
}

Result<void> ProbeCache::write(const std::string& text) const {
    std::error_code ignored;  // write_file_whole says what is wrong
    std::filesystem::create_directories(file_.parent_path(), ignored);
    return loader::write_file_whole(file_, std::as_bytes(std::span(text)), kOwnerOnly);
}

}  // namespace cedar::host::worker
