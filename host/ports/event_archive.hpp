#pragma once
#include "host/ports/thread_log.hpp"

#include <span>

namespace cedar::host {

// A run that has events and no terminal one.
struct OpenRun {
    std::string run_id;
    std::int64_t project_id = 0;
    std::int64_t thread_id = 0;
    std::uint64_t last_seq = 0;
};

// Where events outlive the process. `done` is called once, on any thread; what was kept before a read is found by
// it. Thread: any.
class EventArchive {
public:
    virtual ~EventArchive() = default;

    // In the order of their positions. Returns at once and never fails the caller; from then on the events outlive
    // a killed process. A run's early events (thread 0) are given again, under new positions, once it has a thread;
    // the first ones are forgotten then.
    virtual void keep(std::span<const PlacedEvent> events) = 0;

    virtual void read_run(std::string run_id, std::uint64_t after_seq,
                          std::function<void(EventLog::RunPage)> done) = 0;
    // Events with after < position <= until.
    virtual void read_thread(std::int64_t thread_id, std::uint64_t after, std::uint64_t until,
                             std::size_t max_bytes, std::function<void(ThreadPage)> done) = 0;
    // The same of all threads, without foreign ones.
    virtual void read_own(std::uint64_t after, std::uint64_t until, std::size_t max_bytes,
                          std::function<void(ThreadPage)> done) = 0;
    virtual void find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                            std::function<void(std::optional<std::uint64_t>)> done) = 0;

    // As found when it was opened.
    [[nodiscard]] virtual std::uint64_t last_position() const = 0;
    [[nodiscard]] virtual std::vector<OpenRun> open_runs() const = 0;  // of this host
    // Of this log among the logs of all hosts; the same after a restart.
    [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace cedar::host
