#pragma once
#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/rate_budget.hpp"
#include "host/runtime/slot_table.hpp"

#include <cedar/abi.h>

#include <atomic>
#include <cstdint>
#include <mutex>

namespace cedar::host::runtime {

// The cedar_host that libraries are given, and what must outlive everything else: libraries stay for the life of
// the process, and a stray thread of theirs may come at any time. Never destroyed. Thread: any.
class HostTable final : public cedar_host {
    struct Key {};  // only create() has it

public:
    HostTable(Key, const Clock& clock, Log& sink, const InvocationLimits& limits);
    [[nodiscard]] static HostTable& create(const Clock& clock, Log& sink, const InvocationLimits& limits);

    // From here on nothing of the host is used: every token is stale, lines of no invocation too.
    void close();

    // One line, if the budget of lines of no invocation allows.
    cedar_status log_line(cedar_log_level level, std::string_view message);

    SlotTable slots;
    std::atomic<std::uint64_t> stale{0}, dropped_emits{0}, dropped_logs{0}, second_answers{0};

private:
    std::mutex log_mutex_;
    const Clock* clock_;  // these two null when closed
    Log* log_;
    RateBudget log_budget_;
    std::size_t log_bytes_;
};

[[nodiscard]] LogLevel to_log_level(cedar_log_level level);
[[nodiscard]] std::string_view to_text(cedar_view view);

}  // namespace cedar::host::runtime
