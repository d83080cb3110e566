#include "host/worker/probing.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace cedar::host::worker {

using loader::ProbeTarget;
using loader::ProbeVerdict;

void Probing::want(std::vector<ProbeTarget> targets) {
    for (ProbeTarget& target : targets) {
        targets_.emplace(++last_, std::move(target));
        queue(last_);
    }
}

void Probing::queue(std::size_t index) {
    (targets_.at(index).confined ? confined_ : free_).push_back(index);
}

void Probing::step() {
    start();
    if (!batches_.empty()) wait();
    take();
}

// Those that are held up by a slow library do not count, up to a bound.
void Probing::start() {
    const std::size_t held_up = std::min(slow(), options_.slow_max);
    while (batches_.size() < options_.at_once + held_up && begin()) {}
}

std::size_t Probing::slow() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(batches_, [this](const auto& batch) { return batch->is_slow(options_.patience); }));
}

// False: nothing waits.
bool Probing::begin() {
    std::deque<std::size_t> indexes = next();
    if (indexes.empty()) return false;
    auto spawned = spawner_.start();
    if (!spawned) {
        for (const std::size_t index : indexes) {
            ProbeVerdict verdict;
            verdict.kind = ProbeVerdict::Kind::rejected;
            verdict.reason = "could not be tried: " + spawned.error().message;
            tell(index, std::move(verdict));
        }
        return true;
    }
    const auto start = start_message(indexes);
    batches_.push_back(std::make_unique<ProbeBatch>(std::move(*spawned), start, targets_, std::move(indexes),
                                                    options_.time_limit));
    return true;
}

std::deque<std::size_t> Probing::next() {
    std::deque<std::size_t> out;
    if (!again_.empty()) {
        out.push_back(again_.front());
        again_.pop_front();
        return out;
    }
    auto& queue = confined_.empty() ? free_ : confined_;
    // Shared out evenly when there are few.
    const std::size_t share = (queue.size() + options_.at_once - 1) / options_.at_once;
    while (!queue.empty() && out.size() < std::min(options_.batch, std::max<std::size_t>(share, 1))) {
        out.push_back(queue.front());
        queue.pop_front();
    }
    return out;
}

StartMessage Probing::start_message(const std::deque<std::size_t>& indexes) const {
    StartMessage start;
    start.probes = true;
    start.confined = targets_.at(indexes.front()).confined;
    start.host_pid = ::getpid();
    start.temp_folder = options_.temp_folder.string();
    for (const std::size_t index : indexes) {
        start.readable.push_back(std::filesystem::path(targets_.at(index).copy).parent_path().string());
    }
    start.memory_bytes = options_.memory_bytes;
    start.file_bytes = options_.file_bytes;
    start.descriptors_max = options_.descriptors_max;
    return start;
}

// Until a process says something, or one becomes slow or late.
void Probing::wait() const {
    std::vector<pollfd> ready{{wake_, POLLIN, 0}};
    const auto now = std::chrono::steady_clock::now();
    auto until = std::chrono::steady_clock::time_point::max();
    for (const auto& batch : batches_) {
        ready.push_back({batch->socket(), POLLIN, 0});
        ready.push_back({batch->output(), POLLIN, 0});
        until = std::min(until, batch->is_slow(options_.patience)
                                    ? batch->time_over()
                                    : batch->time_over() - options_.time_limit + options_.patience);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    static_cast<void>(
        ::poll(ready.data(), ready.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0))));
    eventfd_t roused = 0;
    ::eventfd_read(wake_, &roused);
}

void Probing::take() {
    for (const auto& batch : batches_) {
        for (auto& found : batch->take()) tell(found.index, std::move(found.verdict));
        if (batch->over()) {
            take_leftovers(*batch);
        } else if (batch->left().size() > 1 && batch->is_slow(options_.patience)) {
            for (const std::size_t index : batch->give_up_rest()) queue(index);
        }
    }
    std::erase_if(batches_, [](const auto& batch) { return batch->over(); });
}

void Probing::take_leftovers(const ProbeBatch& batch) {
    auto left = batch.left();
    if (left.empty()) return;
    if (batch.was_first()) {
        ProbeVerdict verdict;
        verdict.kind = ProbeVerdict::Kind::quarantined;
        verdict.reason = "its probe " + batch.failure();
        tell(left.front(), std::move(verdict));
    } else {
        again_.push_back(left.front());
    }
    left.pop_front();
    for (const std::size_t index : left) queue(index);
}

void Probing::tell(std::size_t index, ProbeVerdict verdict) {
    const auto target = targets_.extract(index);
    tell_(target.mapped(), std::move(verdict));
}

}  // namespace cedar::host::worker
