#pragma once
#include "host/core/error.hpp"
#include "host/ports/event_archive.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

namespace cedar::host {
class Clock;
class Log;
}  // namespace cedar::host

namespace cedar::host::store {

struct EventArchiveOptions {
    std::filesystem::path data_dir;
    // events.journal_bytes: events on their way into the database. Beyond, the database being slower than the runs,
    // events are not stored: counted, and a gap for who reads them later. Terminal events are stored all the same.
    std::size_t journal_bytes = std::size_t{8} << 20;
    std::chrono::seconds keep{7 * 24 * 3600};         // events.keep_hours
    std::size_t keep_bytes = std::size_t{1} << 30;    // events.keep_bytes
    std::size_t page_bytes = std::size_t{256} << 10;  // of a run, at a time
    std::chrono::milliseconds delay{100};             // events are gathered for so long, or half of the journal
    std::chrono::milliseconds foreign_delay{1000};    // and those of other hosts for so long before that
    std::chrono::milliseconds busy_timeout{5000};     // store.busy_timeout_ms
};

// The EventArchive port: a journal that a killed process leaves behind, and a SQLite database that a thread of its
// own fills from it in batches. Each host process on a data folder has a pair of its own. Thread: any.
class SqliteEventArchive final : public EventArchive {
public:
    // Takes in what a killed process left. Errors as SqliteStore::open. `clock` and `log` outlive it. Blocking.
    [[nodiscard]] static Result<std::unique_ptr<SqliteEventArchive>> open(const EventArchiveOptions& options,
                                                                          const Clock& clock, Log& log);
    ~SqliteEventArchive() override;  // closes
    SqliteEventArchive(const SqliteEventArchive&) = delete;
    SqliteEventArchive& operator=(const SqliteEventArchive&) = delete;

    // Stores what waits and ends the thread; reads are answered with nothing from then on. Idempotent. Blocking.
    void close();

    void keep(std::span<const PlacedEvent> events) override;
    void read_run(std::string run_id, std::uint64_t after_seq,
                  std::function<void(EventLog::RunPage)> done) override;
    void read_thread(std::int64_t thread_id, std::uint64_t after, std::uint64_t until, std::size_t max_bytes,
                     std::function<void(ThreadPage)> done) override;
    void read_own(std::uint64_t after, std::uint64_t until, std::size_t max_bytes,
                  std::function<void(ThreadPage)> done) override;
    void find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                    std::function<void(std::optional<std::uint64_t>)> done) override;
    [[nodiscard]] std::uint64_t last_position() const override;
    [[nodiscard]] std::vector<OpenRun> open_runs() const override;
    [[nodiscard]] std::string name() const override;

    struct Usage {
        std::size_t waiting = 0;    // events on their way into the database
        std::uint64_t dropped = 0;  // not stored, the journal being full
        bool failing = false;       // the database refuses to be written at the moment
    };
    [[nodiscard]] Usage usage() const;

private:
    struct Impl;
    explicit SqliteEventArchive(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::store
