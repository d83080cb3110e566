// How invocations and processes end before their time: deadlines, kills, crashes.
#include "host/core/component.hpp"
#include "host/worker/worker.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace cedar::host::worker {

ComponentResult failed(const RemoteInvocation& invocation, ResultStatus status, std::string code,
                       std::string message, bool retryable) {
    ComponentError error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.retryable = retryable;
    ComponentResult result =
        make_failure(*invocation.target, status, std::move(error), std::chrono::microseconds(0));
    result.debug_prompt = invocation.debug_prompt;
    result.prompt_hash = invocation.prompt_hash;
    return result;
}

// On the control thread. One that was sent and did not come back costs the whole process its life.
void Worker::look_for_overdue() {
    std::vector<Ended> ended;
    {
        const SteadyTime now = context_->now();
        const std::lock_guard lock(mutex_);
        armed_ = {};
        std::string culprit;
        SteadyTime next = SteadyTime::max();
        for (auto at = open_.begin(); at != open_.end();) {
            RemoteInvocation& invocation = at->second;
            if (invocation.limit > now || invocation.overdue) {
                if (!invocation.overdue) next = std::min(next, invocation.limit);
                ++at;
            } else if (invocation.sent) {
                invocation.overdue = true;
                culprit = entries_[invocation.component].manifest.id;
                ++at;
            } else {
                entries_[invocation.component].breaker.withdrawn();
                auto result = failed(invocation, ResultStatus::timeout, "timeout",
                                     "its deadline passed before it started", true);
                ended.push_back({std::move(invocation), std::move(result)});
                at = open_.erase(at);
            }
        }
        if (next != SteadyTime::max()) arm(next);
        if (!culprit.empty() && link_) {
            ++context_->counts.kills;
            ++kills_;
            link_->kill("was killed because " + culprit + " did not stop within " +
                        std::to_string(context_->options.grace.count()) + " ms of its deadline or its cancel");
        }
    }
    tell(ended);
}

// Of the plugins whose components ran. True: one of them is quarantined now.
bool Worker::count_crash(const std::vector<bool>& plugins, const std::string& how) {
    const WorkerOptions& options = context_->options;
    const SteadyTime now = context_->now();
    bool any = false;
    for (std::size_t i = 0; i < plugins.size(); ++i) {
        if (!plugins[i] || options.quarantine_crashes == 0 || !quarantined_[i].empty()) continue;
        auto& times = crash_times_[i];
        times.push_back(now);
        while (times.front() + options.quarantine_window < now) times.pop_front();
        if (times.size() < options.quarantine_crashes) continue;
        quarantined_[i] = "its worker ended " + std::to_string(times.size()) + " times within " +
                          std::to_string(options.quarantine_window.count()) + " s, the last time it " + how;
        any = true;
    }
    return any;
}

// Told to one that was lost with its process; `how` is about the process.
ComponentResult Worker::lost(RemoteInvocation& invocation, const std::string& how) {
    CircuitBreaker& breaker = entries_[invocation.component].breaker;
    if (stopping_ || (invocation.cancelled && !invocation.overdue)) {
        breaker.withdrawn();
    } else {
        breaker.failure(context_->now(), "its worker " + how);
    }
    for (auto& [call, stop] : invocation.calls) {
        if (stop) context_->control.post(std::move(stop));
    }
    const std::string message = "its worker process " + how;
    if (stopping_) return failed(invocation, ResultStatus::cancelled, "cancelled", message, true);
    if (invocation.overdue) return failed(invocation, ResultStatus::timeout, "killed", message);
    return failed(invocation, ResultStatus::crashed, "crashed", message, true);
}

// What was sent is lost; what was not waits for the next process.
std::vector<Worker::Ended> Worker::take_lost(const std::string& how, std::vector<bool>& involved) {
    std::vector<Ended> ended;
    for (auto at = open_.begin(); at != open_.end();) {
        RemoteInvocation& invocation = at->second;
        if (!invocation.sent && !stopping_) {
            ++at;
            continue;
        }
        involved[entries_[invocation.component].plugin] = true;
        auto result = lost(invocation, how);
        ended.push_back({std::move(invocation), std::move(result)});
        at = open_.erase(at);
    }
    if (ended.empty()) involved.assign(plugins_.size(), true);  // nobody else can have done it
    return ended;
}

void Worker::on_end(WorkerLink& link, const std::string& how) {
    std::vector<Ended> ended;
    std::vector<std::pair<WorkerPlugin, std::string>> banned;
    std::string temp_folder;
    std::vector<WorkerPlugin> plugins;
    bool to_spawn = false, crashed = false, killed = false;
    {
        const std::lock_guard lock(mutex_);
        if (link_.get() != &link) return;
        link_.reset();
        last_end_ = how;
        last_end_at_ = context_->now();
        temp_folder = std::exchange(temp_folder_, {});
        std::vector<bool> involved(plugins_.size());
        ended = take_lost(how, involved);
        crashed = !stopping_;
        killed = std::ranges::any_of(ended, [](const Ended& one) { return one.invocation.overdue; });
        for (std::size_t i = 0; i < plugins_.size(); ++i) {
            if (involved[i]) plugins.push_back(plugins_[i]);
        }
        if (crashed) ++crashes_, ++context_->counts.crashes;
        if (crashed && count_crash(involved, how)) {
            for (std::size_t i = 0; i < plugins_.size(); ++i) {
                if (involved[i] && !quarantined_[i].empty()) banned.emplace_back(plugins_[i], quarantined_[i]);
            }
        }
        // At once, so that the next run does not wait for it; not when it has done nothing but crash.
        to_spawn = !stopping_ && !starting_ && banned.empty() && (answered_ || wants_process());
        if (to_spawn) starting_ = true;
    }
    if (crashed) note(LogLevel::warn, "the worker of " + name_ + " " + how);
    if (crashed && context_->on_end) context_->on_end(plugins, how, killed);
    if (to_spawn) spawn();
    std::error_code ignored;  // what is left is removed at the next start
    if (!temp_folder.empty()) std::filesystem::remove_all(temp_folder, ignored);
    for (const auto& [plugin, reason] : banned) {
        note(LogLevel::error, plugin.file + ": quarantined: " + reason);
        if (context_->on_quarantine) context_->on_quarantine(plugin, reason);
    }
    tell(ended);
}

void Worker::tell(std::vector<Ended>& ended) {
    for (Ended& one : ended) {
        InvocationObserver& observer = *one.invocation.observer;
        if (one.invocation.overdue && one.result.error)
            observer.on_given_up(one.invocation.slot, GivenUp::killed, one.result.error->message);
        observer.on_ended(one.invocation.slot, std::move(one.result));
    }
}

void Worker::pardon(const std::string& sha256) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < plugins_.size(); ++i) {
        if (plugins_[i].sha256 != sha256) continue;
        quarantined_[i].clear();
        crash_times_[i].clear();
    }
}

void Worker::note(LogLevel level, const std::string& message, std::string_view component) const {
    LogRecord record;
    record.level = level;
    record.stage = "worker";
    record.message = message;
    record.comp = component;
    context_->log.write(record);
}

}  // namespace cedar::host::worker
