#include "host/services/llm/spend.hpp"

#include <algorithm>
#include <cstdio>

namespace cedar::host::services::llm {

namespace {

constexpr double kMillion = 1e6;

std::string dollars(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "$%.4f", value);
    return text;
}

Error over(std::string_view what, double cap, double used, double wanted) {
    return Error{ErrorCode::limit,
                 "the budget of the " + std::string(what) + " is " + dollars(cap) + ", " + dollars(used) +
                     " of it is used or reserved, and this call may cost " + dollars(wanted),
                 "budget"};
}

}  // namespace

double cost_of(const Price& price, const Usage& usage) {
    const auto cached = std::min(usage.cached_tokens, usage.input_tokens);
    return (static_cast<double>(usage.input_tokens - cached) * price.input +
            static_cast<double>(cached) * price.cached_input +
            static_cast<double>(usage.output_tokens) * price.output) /
           kMillion;
}

Spend::Spend(SpendLimits limits, const std::filesystem::path& day_file) : limits_(limits) {
    if (limits_.per_day > 0 && !day_file.empty()) book_.emplace(day_file);
}

Result<double> Spend::reserved_today(double used, double worst_case) const {
    if (limits_.per_day > 0 && used + worst_case > limits_.per_day) {
        return over("day", limits_.per_day, used, worst_case);
    }
    return used + worst_case;
}

Result<void> Spend::reserve(std::string_view run_id, double worst_case, std::int64_t day) {
    const std::lock_guard lock(mutex_);
    roll(day);
    auto run = by_run_.find(run_id);
    const double of_run = run == by_run_.end() ? 0 : run->second;
    if (limits_.per_run > 0 && !run_id.empty() && of_run + worst_case > limits_.per_run) {
        return over("run", limits_.per_run, of_run, worst_case);
    }
    const auto more = [&](double used) { return reserved_today(used, worst_case); };
    auto sum = book_ ? book_->update(day, DayBook::OtherDay::gives_way, more) : more(today_);
    if (!sum) {
        sum.error().detail = "budget";
        return sum.error();
    }
    today_ = *sum;
    if (run_id.empty()) return {};
    if (run == by_run_.end()) run = by_run_.emplace(std::string(run_id), 0).first;
    run->second += worst_case;
    return {};
}

Result<void> Spend::settle(std::string_view run_id, double reserved, double actual, std::int64_t day) {
    const std::lock_guard lock(mutex_);
    if (const auto run = by_run_.find(run_id); run != by_run_.end()) {
        run->second = std::max(0.0, run->second + actual - reserved);
    }
    if (day != day_) return {};  // what was reserved on a day that is over went with that day
    const auto less = [&](double used) { return Result<double>(std::max(0.0, used + actual - reserved)); };
    auto sum = book_ ? book_->update(day, DayBook::OtherDay::stays, less) : less(today_);
    if (!sum) return sum.error();
    today_ = *sum;
    return {};
}

void Spend::forget(std::string_view run_id) {
    const std::lock_guard lock(mutex_);
    if (const auto run = by_run_.find(run_id); run != by_run_.end()) by_run_.erase(run);
}

double Spend::spent_today(std::int64_t day) const {
    const std::lock_guard lock(mutex_);
    return day == day_ ? today_ : 0;
}

void Spend::roll(std::int64_t day) {
    if (day == day_) return;
    day_ = day;
    today_ = 0;
}

}  // namespace cedar::host::services::llm
