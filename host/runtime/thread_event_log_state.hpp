#pragma once
#include "host/runtime/foreign_runs.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "host/runtime/waker.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace cedar::host::runtime {

// A log, outlived by subscriptions and reads. Thread: any.
struct ThreadEventLog::State : std::enable_shared_from_this<State> {
    State(const Limits& limits, EventArchive& the_archive)
        : archive(the_archive), runs(limits.runs), rings(limits.threads, the_archive.last_position()) {}

    void append(std::span<const EventPtr> events);
    [[nodiscard]] Next take_next(std::span<const ForeignEvent> events);
    [[nodiscard]] bool follows(const ForeignEvent& told, Next& next);
    void add(std::span<const PlacedEvent> placed, Wakers& to_wake);
    bool take_run(std::int64_t thread_id, std::span<const EventPtr> events);
    void read_thread(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes, bool gap,
                     std::function<void(ThreadPage)> done);
    void fetch(std::string run_id, std::uint64_t after_seq, bool ask_others, std::function<void(RunPage)> done);
    [[nodiscard]] std::optional<RunPage> fetch_from_memory(const std::string& run_id,
                                                           std::uint64_t after_seq) const;
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::int64_t thread_id, std::function<void()> wake,
                                                          std::unique_ptr<Subscription> remote_watch);
    void take_foreign(std::int64_t thread_id, std::vector<EventPtr> events, std::size_t from,
                      std::function<void()> done);
    void know_foreign(const std::string& run_id, std::int64_t thread_id, std::uint64_t last_seq);

    EventArchive& archive;
    MemoryEventLog runs;
    RemoteEvents* remote = nullptr;

    mutable std::mutex mutex;  // of what follows; the archive's own may be taken under it
    ThreadRings rings;
    std::unordered_map<std::int64_t, Wakers> wakers;  // by thread, kAllThreads for those of all
    ForeignRuns foreign{kForeignRunsKnown, [this](const std::string& run_id) { runs.drop(run_id); }};

    static constexpr std::int64_t kAllThreads = 0;
    static constexpr std::size_t kForeignRunsKnown = 4096;
};

}  // namespace cedar::host::runtime
