#pragma once
#include "host/loader/prober.hpp"
#include "host/worker/probe_cache.hpp"
#include "host/worker/spawner.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace cedar::host::worker {

struct ProberOptions {
    std::chrono::milliseconds time_limit{5000};  // for one library
    unsigned at_once = 2;                        // processes
    std::size_t batch = 32;                      // libraries a process tries, one after the other
    std::uint64_t memory_bytes = std::uint64_t{1} << 30, file_bytes = std::uint64_t{64} << 20;
    unsigned descriptors_max = 256;
    std::filesystem::path cache;        // file of what has passed
    std::filesystem::path temp_folder;  // made when missing; shared by the probes
    std::string host_version;
};

// Probes in child processes, a batch of libraries each. One that crashes or hangs is tried once more, alone, so
// that none is blamed for what another of its batch has done; the rest of its batch goes on in another process.
// Thread: one at a time.
class ProcessProber final : public loader::Prober {
public:
    // `spawner` outlives it. Blocking: reads the cache.
    ProcessProber(Spawner& spawner, ProberOptions options);
    [[nodiscard]] std::vector<loader::ProbeVerdict> probe(std::span<const loader::ProbeTarget> targets) override;

private:
    Spawner& spawner_;
    const ProberOptions options_;
    ProbeCache cache_;
};

}  // namespace cedar::host::worker
