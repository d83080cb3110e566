#pragma once
#include "host/worker/probe_batch.hpp"
#include "host/worker/process_prober.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace cedar::host::worker {

// What a prober's thread works at: what waits, and the processes at it. Thread: one.
class Probing {
public:
    using Tell = std::function<void(const loader::ProbeTarget&, loader::ProbeVerdict)>;

    // `wake`: a descriptor that step() wakes for. All references outlive it.
    Probing(Spawner& spawner, const ProberOptions& options, int wake, Tell tell)
        : spawner_(spawner), options_(options), wake_(wake), tell_(std::move(tell)) {}

    void want(std::vector<loader::ProbeTarget> targets);
    [[nodiscard]] bool idle() const { return targets_.empty(); }
    // Starts what may start, waits until something happens, and tells what has come. Blocking.
    void step();

private:
    void start();
    [[nodiscard]] bool begin();
    [[nodiscard]] std::deque<std::size_t> next();
    [[nodiscard]] StartMessage start_message(const std::deque<std::size_t>& indexes) const;
    [[nodiscard]] std::size_t slow() const;
    void wait() const;
    void take();
    void take_leftovers(const ProbeBatch& batch);
    void queue(std::size_t index);
    void tell(std::size_t index, loader::ProbeVerdict verdict);

    Spawner& spawner_;
    const ProberOptions& options_;
    const int wake_;
    const Tell tell_;
    Targets targets_;  // without a verdict
    std::size_t last_ = 0;
    std::deque<std::size_t> confined_, free_, again_;
    std::vector<std::unique_ptr<ProbeBatch>> batches_;
};

}  // namespace cedar::host::worker
