#pragma once
#include "host/core/component_result.hpp"
#include "host/core/error.hpp"
#include "host/services/llm/day_book.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::services::llm {

// US dollars for a million tokens.
struct Price {
    double input = 0, cached_input = 0, output = 0;
};

[[nodiscard]] double cost_of(const Price& price, const Usage& usage);

struct SpendLimits {
    double per_run = 0;  // llm.max_cost_per_run: US dollars, 0: no cap
    double per_day = 0;  // llm.max_cost_per_day: UTC day
};

// Who may spend how much: reserve the worst case before a call, settle what it really cost after. A reservation is
// never lost: whoever reserved settles, with zero if nothing was spent. Runs are forgotten when asked to. The day's
// sum, where it has a cap, is kept in a file with all that is reserved: a host that was killed has spent that.
// Thread: any.
class Spend {
public:
    // `day_file`: empty, or without a cap on the day: its sum is not kept.
    explicit Spend(SpendLimits limits, const std::filesystem::path& day_file = {});

    // An empty run_id: the host's own call, which only the day's cap bounds. Error limit, code "budget" in its
    // detail: the caps leave less than `worst_case`, or the day's file cannot be used. `day` is days since 1970,
    // UTC.
    [[nodiscard]] Result<void> reserve(std::string_view run_id, double worst_case, std::int64_t day);
    // `day` is the one on which it was reserved. Error io or corrupt: the day's file still has what was reserved.
    [[nodiscard]] Result<void> settle(std::string_view run_id, double reserved, double actual, std::int64_t day);
    void forget(std::string_view run_id);

    [[nodiscard]] double spent_today(std::int64_t day) const;

private:
    void roll(std::int64_t day);
    Result<double> reserved_today(double used, double worst_case) const;

    SpendLimits limits_;
    std::optional<DayBook> book_;
    mutable std::mutex mutex_;
    std::map<std::string, double, std::less<>> by_run_;  // settled and reserved
    double today_ = 0;
    std::int64_t day_ = 0;
};

}  // namespace cedar::host::services::llm
