#include "host/runtime/host_table.hpp"

#include "host/core/json.hpp"
#include "host/runtime/work.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cedar::host::runtime {
namespace {

HostTable& table_of(const cedar_host* host) {
    // Libraries get it as const; it was made by HostTable::create, and is not const.
    return const_cast<HostTable&>(static_cast<const HostTable&>(*host));
}

// Runs `use` on the token's holder. Nothing gets out: the caller may be C.
template <class Use>
cedar_status with_holder(const cedar_host* host, cedar_invocation token, Use use) noexcept {
    try {
        const Work* here = Work::current();
        if (HostCalls* own = here != nullptr ? here->host_calls(token) : nullptr) return use(*own);
        HostTable& table = table_of(host);
        const auto holder = table.slots.find(token);
        const cedar_status status = holder ? use(*holder) : CEDAR_STALE;
        if (status == CEDAR_STALE) ++table.stale;
        return status;
    } catch (...) {
        return CEDAR_INTERNAL;
    }
}

cedar_status host_answer(const cedar_host* host, cedar_invocation token, cedar_view body) {
    return with_holder(host, token, [body](HostCalls& calls) { return calls.answer(to_text(body)); });
}

cedar_status host_fail(const cedar_host* host, cedar_invocation token, cedar_view error) {
    return with_holder(host, token, [error](HostCalls& calls) { return calls.fail(to_text(error)); });
}

cedar_status host_call(const cedar_host* host, cedar_invocation token, const cedar_call* requests, size_t count,
                       cedar_reply* replies) {
    return with_holder(host, token, [=](HostCalls& calls) { return calls.call(requests, count, replies); });
}

cedar_status host_emit(const cedar_host* host, cedar_invocation token, cedar_view kind, cedar_view body) {
    return with_holder(host, token, [=](HostCalls& calls) { return calls.emit(to_text(kind), to_text(body)); });
}

cedar_status host_log(const cedar_host* host, cedar_invocation token, cedar_log_level level, cedar_view message) {
    if (token.id != 0 || token.generation != 0) {
        return with_holder(host, token, [=](HostCalls& calls) { return calls.log(level, to_text(message)); });
    }
    try {
        return table_of(host).log_line(level, to_text(message));
    } catch (...) {
        return CEDAR_INTERNAL;
    }
}

int32_t host_is_cancelled(const cedar_host* host, cedar_invocation token) {
    cedar_status known = CEDAR_OK;
    bool cancelled = true;
    known = with_holder(host, token, [&cancelled](HostCalls& calls) {
        cancelled = calls.is_cancelled();
        return CEDAR_OK;
    });
    return known != CEDAR_OK || cancelled ? 1 : 0;
}

}  // namespace

HostTable::HostTable(Key, const Clock& clock, Log& sink, const InvocationLimits& limits)
    : cedar_host{sizeof(cedar_host), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR, host_answer,      host_fail,
                 host_call,          host_emit,       host_log,        host_is_cancelled},
      clock_(&clock),
      log_(&sink),
      log_budget_(limits.logs_at_once, limits.logs_per_second),
      log_bytes_(limits.log_bytes) {}

HostTable& HostTable::create(const Clock& clock, Log& sink, const InvocationLimits& limits) {
    struct Tables {
        std::mutex mutex;
        std::vector<std::unique_ptr<HostTable>> all;
    };
    // Never freed, and reachable for ever, so that leak checkers agree.
    static Tables* const tables = std::make_unique<Tables>().release();
    auto table = std::make_unique<HostTable>(Key{}, clock, sink, limits);
    const std::lock_guard lock(tables->mutex);
    tables->all.push_back(std::move(table));
    return *tables->all.back();
}

void HostTable::close() {
    const std::lock_guard lock(log_mutex_);
    log_ = nullptr;
    clock_ = nullptr;
}

cedar_status HostTable::log_line(cedar_log_level level, std::string_view message) {
    const std::lock_guard lock(log_mutex_);
    if (log_ == nullptr) {
        ++stale;
        return CEDAR_STALE;
    }
    if (message.size() > log_bytes_ || !log_budget_.spend(clock_->steady())) {
        ++dropped_logs;
        return CEDAR_LIMIT;
    }
    const std::string text = to_utf8(message);
    LogRecord record;
    record.level = to_log_level(level);
    record.stage = "component";
    record.message = text;
    log_->write(record);
    return CEDAR_OK;
}

LogLevel to_log_level(cedar_log_level level) {
    switch (level) {
        case CEDAR_LOG_DEBUG: return LogLevel::debug;
        case CEDAR_LOG_WARN: return LogLevel::warn;
        case CEDAR_LOG_ERROR: return LogLevel::error;
        default: return LogLevel::info;
    }
}

std::string_view to_text(cedar_view view) {
    return view.data == nullptr ? std::string_view{} : std::string_view(view.data, view.size);
}

}  // namespace cedar::host::runtime
