#pragma once
#include "host/ports/event_archive.hpp"
#include "host/ports/remote_events.hpp"
#include "host/runtime/memory_event_log.hpp"
#include "host/runtime/thread_rings.hpp"

#include <memory>

namespace cedar::host {
class Clock;
class IdSource;
}  // namespace cedar::host

namespace cedar::host::runtime {

// The host's event log: an event is placed once, given to the archive, and then readable by its run and by its
// thread, from memory as long as the bounds allow and from the archive after that. Thread: any. An append takes a
// lock for a moment and waits for nothing else.
class ThreadEventLog final : public EventLog, public ThreadLog, public ForeignEventSink {
public:
    struct Limits {
        EventLogLimits runs;
        ThreadRings::Limits threads;
    };

    // `archive` outlives it.
    ThreadEventLog(const Limits& limits, EventArchive& archive);
    ~ThreadEventLog() override;

    // Appends `error`, code host_restarted, to each run that an earlier process left without its terminal event.
    // Returns their number. Before the first append.
    std::size_t end_cut_off_runs(const Clock& clock, IdSource& ids);
    // Where runs of other hosts are asked for. Before readers come; `remote` outlives the last call, or is taken
    // away with nullptr.
    void set_remote(RemoteEvents* remote);

    void append(const EventPtr& event) override { append_all({&event, 1}); }
    void append_all(std::span<const EventPtr> events) override;
    [[nodiscard]] std::vector<EventPtr> read(std::string_view run_id, std::uint64_t after_seq) const override;
    void fetch(std::string run_id, std::uint64_t after_seq, std::function<void(RunPage)> done) const override;
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                          std::function<void()> wake) override;

    void read_thread(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes,
                     std::function<void(ThreadPage)> done) const override;
    void find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                    std::function<void(std::optional<std::uint64_t>)> done) const override;
    [[nodiscard]] std::unique_ptr<Subscription> subscribe_thread(std::int64_t thread_id,
                                                                 std::function<void()> wake) override;
    [[nodiscard]] ThreadPage read_recent(std::uint64_t after, std::size_t max_events) const override;
    void read_own(std::uint64_t after, std::size_t max_bytes, std::function<void(ThreadPage)> done) const override;
    [[nodiscard]] std::unique_ptr<Subscription> subscribe_all(std::function<void()> wake) override;
    [[nodiscard]] std::uint64_t last_position() const override;

    [[nodiscard]] std::uint64_t foreign_seq(std::string_view run_id) const override;
    [[nodiscard]] Next take_next(std::span<const ForeignEvent> events) override;
    void take_foreign(std::int64_t thread_id, std::vector<EventPtr> events, std::function<void()> done) override;

    [[nodiscard]] MemoryEventLog::Usage usage() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // outlived by subscriptions and reads
};

}  // namespace cedar::host::runtime
