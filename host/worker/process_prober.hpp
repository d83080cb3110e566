#pragma once
#include "host/loader/prober.hpp"
#include "host/worker/probe_cache.hpp"
#include "host/worker/spawner.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cedar::host::worker {

struct ProberOptions {
    std::chrono::milliseconds time_limit{5000};  // for one library
    std::chrono::milliseconds patience{250};     // after which what waits behind one goes to another process
    unsigned at_once = 2;                        // processes
    std::size_t slow_max = 16;                   // more of them, with libraries that take longer than `patience`
    std::size_t batch = 32;                      // libraries a process tries, one after the other
    std::uint64_t memory_bytes = std::uint64_t{1} << 30, file_bytes = std::uint64_t{64} << 20;
    unsigned descriptors_max = 256;
    std::filesystem::path cache;        // file of what has passed
    std::filesystem::path temp_folder;  // made when missing; shared by the probes
    std::string host_version;
};

// Probes in child processes, a batch of libraries each. One that crashes or hangs costs only itself: what waits
// behind it goes on in another process, and unless it was the first of its own it is tried once more as that, so
// that none is blamed for what another has done. A thread of its own, as long as anything is being tried.
class ProcessProber final : public loader::Prober {
public:
    // `spawner` outlives it. Blocking: reads the cache.
    ProcessProber(Spawner& spawner, ProberOptions options);
    ~ProcessProber() override;  // ends what is being tried
    ProcessProber(const ProcessProber&) = delete;
    ProcessProber& operator=(const ProcessProber&) = delete;

    void begin(std::vector<loader::ProbeTarget> targets) override;
    [[nodiscard]] std::vector<Told> take() override;
    [[nodiscard]] bool wait(std::chrono::milliseconds limit) override;

    // `listener` is called when there is something to take, on the prober's thread; it must not block or throw.
    // Empty: nobody. Thread: any.
    void listen(std::function<void()> listener);

private:
    void start_thread();
    void run();
    void tell(const loader::ProbeTarget& target, loader::ProbeVerdict verdict);
    // What has come since; false: stop. Marks the thread as ended when nothing has and it is `idle`.
    bool take_in(std::vector<loader::ProbeTarget>& targets, bool idle);

    Spawner& spawner_;
    const ProberOptions options_;
    const Descriptor wake_;

    std::mutex mutex_;  // for what follows; nothing is called under it
    std::condition_variable changed_;
    ProbeCache cache_;
    std::vector<loader::ProbeTarget> incoming_;
    std::vector<Told> told_;
    std::size_t open_ = 0;  // without a verdict
    bool running_ = false, stopping_ = false;
    std::function<void()> listener_;
    std::thread thread_;
};

}  // namespace cedar::host::worker
