#include "host/worker/probe_table.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr std::size_t kWordsMax = 1024;

std::string_view to_text(cedar_view view) {
    return view.data == nullptr ? std::string_view{} : std::string_view(view.data, view.size);
}

ProbeTable& table_of(const cedar_host* host) {
    return const_cast<ProbeTable&>(static_cast<const ProbeTable&>(*host));
}

// The message of an error document, or all of it.
std::string message_of(std::string_view error) {
    if (const auto document = parse_json(error); document && document->IsObject()) {
        if (const auto message = string_member(*document, "message"); !message.empty()) return std::string(message);
    }
    return to_utf8(error);
}

cedar_status probe_answer(const cedar_host*, cedar_invocation, cedar_view) {
    return CEDAR_STALE;
}

cedar_status probe_fail(const cedar_host* host, cedar_invocation, cedar_view error) {
    try {
        table_of(host).note(message_of(to_text(error)), true);
        return CEDAR_OK;
    } catch (...) {
        return CEDAR_INTERNAL;
    }
}

cedar_status probe_call(const cedar_host*, cedar_invocation, const cedar_call*, size_t, cedar_reply*) {
    return CEDAR_STALE;
}

cedar_status probe_emit(const cedar_host*, cedar_invocation, cedar_view, cedar_view) {
    return CEDAR_STALE;
}

cedar_status probe_log(const cedar_host* host, cedar_invocation, cedar_log_level level, cedar_view message) {
    try {
        if (level != CEDAR_LOG_DEBUG) table_of(host).note(to_utf8(to_text(message)), false);
        return CEDAR_OK;
    } catch (...) {
        return CEDAR_INTERNAL;
    }
}

int32_t probe_is_cancelled(const cedar_host*, cedar_invocation) {
    return 1;
}

}  // namespace

ProbeTable::ProbeTable()
    : cedar_host{sizeof(cedar_host), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR, probe_answer,      probe_fail,
                 probe_call,         probe_emit,      probe_log,       probe_is_cancelled} {}

void ProbeTable::note(std::string_view words, bool failure) {
    const std::lock_guard lock(mutex_);
    std::string& kept = failure ? failure_ : logged_;
    if (failure) kept.clear();
    if (!kept.empty()) kept += "; ";
    kept += words.substr(0, kWordsMax - std::min(kWordsMax, kept.size()));
}

std::string ProbeTable::take_words() {
    const std::lock_guard lock(mutex_);
    std::string words = failure_.empty() ? std::exchange(logged_, {}) : std::exchange(failure_, {});
    failure_.clear();
    logged_.clear();
    return words;
}

}  // namespace cedar::host::worker
