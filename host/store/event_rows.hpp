#pragma once
#include "host/ports/event_archive.hpp"
#include "host/store/database.hpp"
#include "host/store/event_batch.hpp"

#include <chrono>
#include <cstddef>
#include <span>

namespace cedar::host::store {

// The tables of stored events. Events of a run that follow each other are one row: a run of a thousand components
// is a few rows. Throws ErrorException. Thread: its database's.
class EventRows {
public:
    // Migrates the database. `max_page_bytes`: of read_run.
    EventRows(Database database, std::size_t max_page_bytes);

    // In one transaction. Events at or before last_position() are there already and are left out.
    void store(std::span<const PlacedEvent> events, std::chrono::sys_seconds now);
    [[nodiscard]] EventLog::RunPage read_run(std::string_view run_id, std::uint64_t after_seq);
    [[nodiscard]] ThreadPage read_thread(std::int64_t thread_id, std::uint64_t after, std::uint64_t until,
                                         std::size_t max_bytes);
    [[nodiscard]] ThreadPage read_own(std::uint64_t after, std::uint64_t until, std::size_t max_bytes);
    [[nodiscard]] std::optional<std::uint64_t> find_event(std::int64_t thread_id, std::string_view run_id,
                                                          std::uint64_t seq);
    [[nodiscard]] std::uint64_t last_position() const { return last_position_; }
    [[nodiscard]] std::vector<OpenRun> open_runs();
    [[nodiscard]] std::string name();  // 16 hex, made with the database
    // Deletes what is older than `oldest`, and the oldest beyond `max_bytes`.
    void trim(std::chrono::sys_seconds oldest, std::size_t max_bytes);

private:
    struct Writer;
    void insert(Writer& writer, const EventBatch& batch, std::chrono::sys_seconds now);
    void drop_oldest(std::int64_t before, std::int64_t excess);
    [[nodiscard]] ThreadPage read_rows(Statement& rows, std::uint64_t after, std::uint64_t until,
                                       std::size_t max_bytes) const;

    Database database_;
    const std::size_t max_page_bytes_;
    std::uint64_t last_position_ = 0;
    std::int64_t bytes_ = 0;  // of all rows
};

}  // namespace cedar::host::store
