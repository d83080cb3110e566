#include "host/worker/process_prober.hpp"

#include "host/worker/probe_batch.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace cedar::host::worker {
namespace {

using loader::ProbeTarget;
using loader::ProbeVerdict;

// The work of one probe(): what waits, the processes at it, the verdicts.
class Probing {
public:
    Probing(Spawner& spawner, const ProberOptions& options, std::span<const ProbeTarget> targets,
            std::vector<ProbeVerdict>& verdicts)
        : spawner_(spawner), options_(options), targets_(targets), verdicts_(verdicts) {}

    void want(std::size_t index) { (targets_[index].confined ? confined_ : free_).push_back(index); }

    void run() {
        for (;;) {
            while (batches_.size() < options_.at_once && begin()) {}
            if (batches_.empty()) return;
            wait();
            for (const auto& batch : batches_) {
                for (auto& found : batch->take()) verdicts_[found.index] = std::move(found.verdict);
                if (batch->over()) take_leftovers(*batch);
            }
            std::erase_if(batches_, [](const auto& batch) { return batch->over(); });
        }
    }

private:
    // False: nothing waits.
    bool begin() {
        std::deque<std::size_t> indexes = next();
        if (indexes.empty()) return false;
        auto spawned = spawner_.start();
        if (!spawned) {
            for (const std::size_t index : indexes) reject(index, "could not be tried: " + spawned.error().message);
            return true;
        }
        const auto start = start_message(targets_[indexes.front()]);
        batches_.push_back(std::make_unique<ProbeBatch>(std::move(*spawned), start, targets_, std::move(indexes),
                                                        options_.time_limit));
        return true;
    }

    std::deque<std::size_t> next() {
        std::deque<std::size_t> out;
        if (!alone_.empty()) {
            out.push_back(alone_.front());
            alone_.pop_front();
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

    StartMessage start_message(const ProbeTarget& first) const {
        StartMessage start;
        start.probes = true;
        start.confined = first.confined;
        start.host_pid = ::getpid();
        start.temp_folder = options_.temp_folder.string();
        start.readable.push_back(std::filesystem::path(first.copy).parent_path().parent_path().string());
        start.memory_bytes = options_.memory_bytes;
        start.file_bytes = options_.file_bytes;
        start.descriptors_max = options_.descriptors_max;
        return start;
    }

    void wait() const {
        std::vector<pollfd> ready;
        auto until = std::chrono::steady_clock::time_point::max();
        for (const auto& batch : batches_) {
            ready.push_back({batch->socket(), POLLIN, 0});
            ready.push_back({batch->output(), POLLIN, 0});
            until = std::min(until, batch->time_over());
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        static_cast<void>(
            ::poll(ready.data(), ready.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0))));
    }

    void take_leftovers(const ProbeBatch& batch) {
        auto left = batch.left();
        if (left.empty()) return;
        if (batch.was_alone()) {
            ProbeVerdict& verdict = verdicts_[left.front()];
            verdict.kind = ProbeVerdict::Kind::quarantined;
            verdict.reason = "its probe " + batch.failure();
        } else {
            alone_.push_back(left.front());
        }
        left.pop_front();
        for (const std::size_t index : left) want(index);
    }

    void reject(std::size_t index, std::string reason) {
        verdicts_[index].kind = ProbeVerdict::Kind::rejected;
        verdicts_[index].reason = std::move(reason);
    }

    Spawner& spawner_;
    const ProberOptions& options_;
    const std::span<const ProbeTarget> targets_;
    std::vector<ProbeVerdict>& verdicts_;
    std::deque<std::size_t> confined_, free_, alone_;
    std::vector<std::unique_ptr<ProbeBatch>> batches_;
};

}  // namespace

ProcessProber::ProcessProber(Spawner& spawner, ProberOptions options)
    : spawner_(spawner), options_(std::move(options)), cache_(options_.cache, options_.host_version) {}

std::vector<ProbeVerdict> ProcessProber::probe(std::span<const ProbeTarget> targets) {
    std::vector<ProbeVerdict> verdicts(targets.size());
    std::vector<std::size_t> tried;
    std::error_code ignored;  // a probe without a folder of its own has none to write to
    if (!options_.temp_folder.empty()) std::filesystem::create_directories(options_.temp_folder, ignored);
    Probing probing(spawner_, options_, targets, verdicts);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (auto known = cache_.find(targets[i])) {
            verdicts[i] = std::move(*known);
            continue;
        }
        tried.push_back(i);
        probing.want(i);
    }
    probing.run();
    for (const std::size_t i : tried) cache_.remember(targets[i], verdicts[i]);
    static_cast<void>(cache_.save());  // it is tried again next time
    return verdicts;
}

}  // namespace cedar::host::worker
