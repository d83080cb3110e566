// Invocations in, processes started. What a process says is in worker_frames.cpp, how it ends in worker_end.cpp.
#include "host/worker/worker.hpp"

#include "host/core/json.hpp"
#include "host/worker/fields.hpp"
#include "host/worker/limits.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr std::size_t kFrameSlack = 64 * 1024;  // around the largest body

std::size_t frame_bytes_max(const runtime::InvocationLimits& limits) {
    return std::max({limits.answer_bytes + limits.error_bytes, limits.call_body_bytes, limits.emit_bytes}) +
           kFrameSlack;
}

}  // namespace

Worker::Worker(std::shared_ptr<WorkerContext> context, std::string name)
    : context_(std::move(context)),
      name_(std::move(name)),
      lines_(context_->options.limits.logs_at_once, context_->options.limits.logs_per_second) {}

std::size_t Worker::add(WorkerPlugin plugin) {
    const std::lock_guard lock(mutex_);
    const std::size_t first = entries_.size();
    for (const auto& item : plugin.components) {
        entries_.push_back(
            {item.manifest, item.config, plugins_.size(), CircuitBreaker(context_->options.breaker)});
    }
    plugins_.push_back(std::move(plugin));
    quarantined_.emplace_back();
    crash_times_.emplace_back();
    if (link_) send_load(plugins_.size() - 1);
    return first;
}

// Why an invocation does not even begin; empty: it does.
std::string Worker::refusal(Entry& entry, std::string& code) {
    code = "rejected";
    if (stopping_) return "the host is stopping";
    if (open_.size() >= context_->options.open_max) {
        return "expected at most " + std::to_string(context_->options.open_max) + " invocations in one worker";
    }
    if (const std::string& why = quarantined_[entry.plugin]; !why.empty()) {
        code = "quarantined";
        return why;
    }
    const SteadyTime now = context_->now();
    if (entry.breaker.admit(now)) return {};
    code = "circuit_open";
    ++context_->counts.circuit_refusals;
    return entry.breaker.refusal(now);
}

void Worker::start(std::size_t component, std::span<const StartInvocation> batch,
                   const std::shared_ptr<const InvocationScope>& scope,
                   const std::shared_ptr<InvocationObserver>& observer) {
    const WorkerOptions& options = context_->options;
    std::vector<Ended> refused;
    bool to_spawn = false;
    {
        const SteadyTime now = context_->now();
        const std::lock_guard lock(mutex_);
        for (const StartInvocation& item : batch) {
            RemoteInvocation made;
            made.component = component;
            made.target = item.component;
            made.body = item.body;
            made.scope = scope;
            made.observer = observer;
            made.slot = item.slot;
            made.deadline = item.deadline;
            made.unwind_at = item.deadline - std::clamp<SteadyTime::duration>((item.deadline - now) / 20, {},
                                                                              options.unwind_margin);
            made.limit = std::max(item.deadline, now) + options.grace;
            made.emits = {options.limits.emits_at_once, options.limits.emits_per_second};
            std::string code;
            if (std::string why = refusal(entries_[component], code); !why.empty()) {
                auto result = failed(made, ResultStatus::rejected, std::move(code), std::move(why), true);
                refused.push_back({std::move(made), std::move(result)});
                continue;
            }
            arm(made.limit);
            const std::uint64_t id = ++last_id_;
            RemoteInvocation& invocation = open_.emplace_hint(open_.end(), id, std::move(made))->second;
            send_invoke(id, invocation);
        }
        to_spawn = wants_process();
        if (to_spawn) starting_ = true;
    }
    if (to_spawn) spawn();
    if (!refused.empty()) reject_later(std::move(refused));
}

// Not from within start().
void Worker::reject_later(std::vector<Ended> refused) {
    auto shared = std::make_shared<std::vector<Ended>>(std::move(refused));
    auto task = [shared] { tell(*shared); };
    if (!context_->control.post(task)) task();
}

// One that no process can be told of now stays as it is until there is one.
void Worker::send_invoke(std::uint64_t id, RemoteInvocation& invocation) {
    if (!link_ || invocation.sent) return;
    InvokeMessage message;
    message.component = entries_[invocation.component].manifest.id;
    message.deadline_ns = std::chrono::nanoseconds(invocation.deadline.time_since_epoch()).count();
    message.body = *invocation.body;
    invocation.sent = link_->send(encode(FrameType::invoke, id, message));
}

void Worker::send_load(std::size_t plugin) {
    LoadMessage message;
    message.copy = plugins_[plugin].copy;
    for (const auto& item : plugins_[plugin].components) {
        message.components.push_back({item.manifest.id, item.config});
    }
    static_cast<void>(link_->send(encode(FrameType::load, plugin, message)));
}

bool Worker::wants_process() const {
    if (link_ || starting_ || stopping_) return false;
    return std::ranges::any_of(open_, [](const auto& entry) { return !entry.second.sent; });
}

void Worker::spawn() {
    context_->spawner.start(
        [self = shared_from_this()](Result<Spawned> made) { self->on_spawned(std::move(made)); });
}

StartMessage Worker::start_message(const std::string& temp_folder) const {
    const WorkerOptions& options = context_->options;
    StartMessage start;
    start.confined = std::ranges::any_of(plugins_, &WorkerPlugin::confined);
    start.host_pid = ::getpid();
    start.temp_folder = temp_folder;
    for (const WorkerPlugin& plugin : plugins_) {
        start.readable.push_back(std::filesystem::path(plugin.copy).parent_path().string());
    }
    start.memory_bytes = options.memory_bytes;
    start.file_bytes = options.file_bytes;
    start.descriptors_max = options.descriptors_max;
    start.blocking_threads_max = options.blocking_threads_max;
    start.fibers_max = options.fibers_max;
    start.hog_limit_ms = options.hog_limit.count();
    start.unwind_margin_ms = options.unwind_margin.count();
    start.limits = to_message(options.limits);
    start.services = context_->services.names();
    return start;
}

// All is sent at once, loads and what has waited for them: the worker keeps the order.
void Worker::on_spawned(Result<Spawned> made) {
    std::vector<Ended> ended;
    std::shared_ptr<WorkerLink> link;
    {
        const std::lock_guard lock(mutex_);
        starting_ = false;
        if (made && !stopping_) {
            link = std::make_shared<WorkerLink>(context_->loop, std::move(*made), weak_from_this(),
                                                frame_bytes_max(context_->options.limits));
            link_ = link;
            introduce(*link);
        } else {
            last_end_at_ = context_->now();
            last_end_ = made ? "the host is stopping" : made.error().message;
            for (auto& [id, invocation] : std::exchange(open_, {})) {
                entries_[invocation.component].breaker.withdrawn();
                auto result = failed(invocation, ResultStatus::crashed, "no_worker", last_end_, true);
                ended.push_back({std::move(invocation), std::move(result)});
            }
        }
    }
    if (link && !link->open()) on_end(*link, "could not be watched");
    tell(ended);
}

void Worker::introduce(WorkerLink& link) {
    ++starts_;
    ++context_->counts.starts;
    answered_ = false;
    temp_folder_ = (context_->options.temp_folder / ("worker-" + std::to_string(link.process_id()))).string();
    std::error_code ignored;  // without it, the worker has no folder of its own, and TMPDIR leads nowhere
    std::filesystem::remove_all(temp_folder_, ignored);
    std::filesystem::create_directories(temp_folder_, ignored);
    if (ignored) temp_folder_.clear();
    static_cast<void>(link.send(encode(FrameType::start, 0, start_message(temp_folder_))));
    for (std::size_t plugin = 0; plugin < plugins_.size(); ++plugin) send_load(plugin);
    for (auto& [id, invocation] : open_) send_invoke(id, invocation);
}

void Worker::cancel(const InvocationObserver& observer, std::size_t slot) {
    std::vector<Ended> ended;
    {
        const std::lock_guard lock(mutex_);
        const auto at = std::ranges::find_if(open_, [&](const auto& entry) {
            return entry.second.observer.get() == &observer && entry.second.slot == slot;
        });
        if (at == open_.end() || at->second.cancelled) return;
        RemoteInvocation& invocation = at->second;
        if (invocation.sent) {
            invocation.cancelled = true;
            invocation.limit = std::min(invocation.limit, context_->now() + context_->options.grace);
            arm(invocation.limit);
            if (link_) static_cast<void>(link_->send(frame_header(FrameType::cancel, at->first, 0)));
            return;
        }
        entries_[invocation.component].breaker.withdrawn();
        auto result = failed(invocation, ResultStatus::cancelled, "cancelled", "cancelled before it started");
        ended.push_back({std::move(invocation), std::move(result)});
        open_.erase(at);
    }
    tell(ended);
}

void Worker::arm(SteadyTime limit) {
    if (armed_ != SteadyTime{} && armed_ <= limit) return;
    armed_ = limit;
    context_->control.schedule(limit, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->look_for_overdue();
    });
}

void Worker::finish() {
    std::vector<Ended> ended;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        if (link_) return link_->finish();
        for (auto& [id, invocation] : std::exchange(open_, {})) {
            auto result = failed(invocation, ResultStatus::cancelled, "cancelled", "the host is stopping");
            ended.push_back({std::move(invocation), std::move(result)});
        }
    }
    tell(ended);
}

void Worker::kill(std::string reason) {
    const std::lock_guard lock(mutex_);
    if (link_) link_->kill(std::move(reason));
}

// Components are told apart by their ids; a process cannot be confined further for one of its libraries, nor, once
// it is, be given another file to read.
bool Worker::may_join(const WorkerPlugin& plugin) const {
    const std::lock_guard lock(mutex_);
    if (stopping_ || (plugin.confined && (link_ || starting_))) return false;
    for (const WorkerPlugin& one : plugins_) {
        if (one.confined != plugin.confined) return false;
    }
    return std::ranges::none_of(plugin.components, [&](const auto& item) {
        return std::ranges::any_of(entries_,
                                   [&](const Entry& entry) { return entry.manifest.id == item.manifest.id; });
    });
}

bool Worker::has_process() const {
    const std::lock_guard lock(mutex_);
    return link_ != nullptr || starting_;
}

WorkerHost::Report Worker::report() const {
    const SteadyTime now = context_->now();
    const std::lock_guard lock(mutex_);
    WorkerHost::Report report;
    for (std::size_t i = 0; i < plugins_.size(); ++i) {
        report.files.push_back(plugins_[i].file);
        report.hashes.push_back(plugins_[i].sha256);
        if (!quarantined_[i].empty()) report.reason = quarantined_[i];
    }
    report.quarantined = quarantined_;
    if (report.reason.empty() && !last_end_.empty()) report.reason = "its worker " + last_end_;
    report.state = link_ ? "running" : starting_ ? "starting" : "idle";
    report.process = link_ ? link_->process_id() : 0;
    report.starts = starts_;
    report.crashes = crashes_;
    report.kills = kills_;
    report.last_end = last_end_;
    report.last_end_at = last_end_at_;
    report.open = open_.size();
    for (const Entry& entry : entries_) report.components.push_back({entry.manifest.id, entry.breaker.state(now)});
    return report;
}

}  // namespace cedar::host::worker
