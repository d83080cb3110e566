#include "host/store/event_rows.hpp"

#include "host/core/event_text.hpp"
#include "host/store/schema.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cedar::host::store {
namespace {

constexpr int kTrimRows = 256;  // at a time

constexpr std::string_view kColumns =
    "SELECT first_position, thread_id, first_seq, foreign_made, events, steps FROM event_batches ";

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

// The events of a row (kColumns), in order.
std::vector<PlacedEvent> events_of(const Statement& row) {
    std::vector<PlacedEvent> events;
    EventSteps places(static_cast<std::uint64_t>(row.integer(0)), row.text(5));
    const std::string_view lines = row.text(4);
    for (std::size_t at = 0; at < lines.size(); places.go_on()) {
        const auto end = std::min(lines.find('\n', at), lines.size());
        auto event = read_event(std::string(lines.substr(at, end - at)));
        if (event) events.push_back({places.position(), row.integer(1), std::move(event), row.integer(3) != 0});
        at = end + 1;
    }
    return events;
}

}  // namespace

EventRows::EventRows(Database database, std::size_t max_page_bytes)
    : database_(std::move(database)), max_page_bytes_(max_page_bytes) {
    migrate(database_, event_migrations());
    // Pages that many rows touch, those of indexes, are copied into the file once for all of them.
    database_.execute("PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-8192");
    // Also when the events behind it are gone.
    last_position_ = static_cast<std::uint64_t>(
        database_
            .integer("SELECT max(coalesce((SELECT max(position) FROM event_trims), 0), coalesce("
                     "(SELECT max(last_position) FROM event_batches), 0))")
            .value_or(0));
    bytes_ = database_.integer("SELECT coalesce(sum(bytes), 0) FROM event_batches").value_or(0);
}

// What one transaction writes. Its statements are prepared once, and a run is noted once, however many rows it has.
struct EventRows::Writer {
    struct Run {
        std::int64_t project_id = 0, thread_id = 0;
        std::uint64_t last_seq = 0;
        bool ended = false, foreign = false;
    };

    explicit Writer(Database& database)
        : row(database.prepare(
              "INSERT INTO event_batches(first_position, last_position, thread_id, project_id, run_id, first_seq, "
              "last_seq, made_at, foreign_made, bytes, events, steps) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)")),
          run(database.prepare(
              "INSERT INTO event_runs(run_id, project_id, thread_id, last_seq, ended, foreign_made)"
              " VALUES(?,?,?,?,?,?) ON CONFLICT(run_id) DO UPDATE SET thread_id = max(thread_id, "
              "excluded.thread_id), last_seq = max(last_seq, excluded.last_seq), ended = max(ended, "
              "excluded.ended)")) {}

    void note(const EventBatch& batch) {
        const Event& first = *batch.first->event;
        const Event& last = *batch.last->event;
        auto& of =
            runs.try_emplace(first.run_id, Run{first.project_id, 0, 0, false, batch.first->foreign}).first->second;
        of.thread_id = std::max(of.thread_id, batch.first->thread_id);
        of.last_seq = std::max(of.last_seq, last.seq);
        of.ended = of.ended || last.terminal();
    }
    void write_runs() {
        for (const auto& [id, of] : runs)
            run.bind(id, of.project_id, of.thread_id, number(of.last_seq), of.ended ? 1 : 0, of.foreign ? 1 : 0)
                .run();
    }

    Statement row, run;
    std::unordered_map<std::string_view, Run> runs;  // by ids of the events at hand
};

void EventRows::store(std::span<const PlacedEvent> events, std::chrono::sys_seconds now) {
    Transaction transaction(database_);
    const auto bytes = bytes_;
    const auto last_position = last_position_;
    try {
        Writer writer(database_);
        for (const auto& batch : batches_of(events, last_position_)) insert(writer, batch, now);
        writer.write_runs();
        transaction.commit();
    } catch (...) {
        bytes_ = bytes;
        last_position_ = last_position;
        throw;
    }
}

void EventRows::insert(Writer& writer, const EventBatch& batch, std::chrono::sys_seconds now) {
    const Event& first = *batch.first->event;
    const auto thread = batch.first->thread_id;
    if (first.seq == 1 && thread != 0) {
        bytes_ -=
            database_
                .integer("SELECT sum(bytes) FROM event_batches WHERE run_id = ? AND thread_id = 0", first.run_id)
                .value_or(0);
        database_.run("DELETE FROM event_batches WHERE run_id = ? AND thread_id = 0", first.run_id);
    }
    writer.row
        .bind(number(batch.first->position), number(batch.last->position), thread, first.project_id, first.run_id,
              number(first.seq), number(batch.last->event->seq), std::int64_t{now.time_since_epoch().count()},
              batch.first->foreign ? 1 : 0, number(batch.lines.size()), batch.lines,
              batch.steps.empty() ? std::nullopt : std::optional(std::string_view(batch.steps)))
        .run();
    writer.note(batch);
    bytes_ += number(batch.lines.size());
    last_position_ = std::max(last_position_, batch.last->position);
}

EventLog::RunPage EventRows::read_run(std::string_view run_id, std::uint64_t after_seq) {
    EventLog::RunPage page;
    auto run = database_.prepare("SELECT project_id, last_seq, ended FROM event_runs WHERE run_id = ?");
    if (!run.bind(run_id).step()) return page;
    page.known = true;
    page.project_id = run.integer(0);
    page.last_seq = static_cast<std::uint64_t>(run.integer(1));
    page.ended = run.integer(2) != 0;
    auto rows = database_.prepare(std::string(kColumns) +
                                  "WHERE run_id = ? AND last_seq > ? ORDER BY first_seq, first_position");
    rows.bind(run_id, number(after_seq));
    std::uint64_t last = after_seq;
    for (std::size_t bytes = 0; bytes < max_page_bytes_ && rows.step();) {
        bytes += rows.text(4).size();
        for (auto& placed : events_of(rows)) {
            if (placed.event->seq <= last) continue;
            last = placed.event->seq;
            page.events.push_back(std::move(placed.event));
        }
    }
    return page;
}

ThreadPage EventRows::read_rows(Statement& rows, std::uint64_t after, std::uint64_t until,
                                std::size_t max_bytes) const {
    ThreadPage page;
    page.next = std::max(after, until);
    for (std::size_t bytes = 0; rows.step();) {
        if (bytes > 0 && bytes >= max_bytes) {
            page.next = page.events.back().position;
            return page;
        }
        for (auto& placed : events_of(rows)) {
            if (placed.position <= after || placed.position > until) continue;
            bytes += placed.event->json.size();
            page.events.push_back(std::move(placed));
        }
    }
    return page;
}

// From the row that the position lies in; the rows before it are not looked at.
ThreadPage EventRows::read_thread(std::int64_t thread_id, std::uint64_t after, std::uint64_t until,
                                  std::size_t max_bytes) {
    auto rows = database_.prepare(
        std::string(kColumns) +
        "WHERE thread_id = ?1 AND first_position >= coalesce((SELECT max(first_position) FROM event_batches"
        " WHERE thread_id = ?1 AND first_position <= ?2), 0) AND first_position <= ?3 ORDER BY first_position");
    rows.bind(thread_id, number(after), number(until));
    auto page = read_rows(rows, after, until, max_bytes);
    const auto trimmed = database_.integer("SELECT position FROM event_trims WHERE thread_id = ?", thread_id);
    page.gap = trimmed && static_cast<std::uint64_t>(*trimmed) > after;
    return page;
}

ThreadPage EventRows::read_own(std::uint64_t after, std::uint64_t until, std::size_t max_bytes) {
    auto rows = database_.prepare(
        std::string(kColumns) +
        "WHERE thread_id > 0 AND foreign_made = 0 AND first_position >= coalesce((SELECT max(first_position)"
        " FROM event_batches WHERE first_position <= ?1), 0) AND first_position <= ?2 ORDER BY first_position");
    rows.bind(number(after), number(until));
    return read_rows(rows, after, until, max_bytes);
}

std::optional<std::uint64_t> EventRows::find_event(std::int64_t thread_id, std::string_view run_id,
                                                   std::uint64_t seq) {
    auto row = database_.prepare(
        "SELECT first_position, first_seq, steps FROM event_batches"
        " WHERE run_id = ?1 AND thread_id = ?2 AND first_seq <= ?3 AND last_seq >= ?3");
    if (!row.bind(run_id, thread_id, number(seq)).step()) return std::nullopt;
    EventSteps place(static_cast<std::uint64_t>(row.integer(0)), row.text(2));
    for (auto at = static_cast<std::uint64_t>(row.integer(1)); at < seq; ++at) place.go_on();
    return place.position();
}

std::vector<OpenRun> EventRows::open_runs() {
    std::vector<OpenRun> runs;
    auto rows = database_.prepare(
        "SELECT run_id, project_id, thread_id, last_seq FROM event_runs WHERE ended = 0 AND foreign_made = 0");
    rows.bind();
    while (rows.step()) {
        runs.push_back({std::string(rows.text(0)), rows.integer(1), rows.integer(2),
                        static_cast<std::uint64_t>(rows.integer(3))});
    }
    return runs;
}

std::string EventRows::name() {
    auto row = database_.prepare("SELECT name FROM event_log_name");
    row.bind();
    return row.step() ? std::string(row.text(0)) : std::string();
}

void EventRows::trim(std::chrono::sys_seconds oldest, std::size_t max_bytes) {
    const auto before = std::int64_t{oldest.time_since_epoch().count()};
    drop_oldest(before, bytes_ - number(max_bytes));
}

// Row by row from the oldest, a few in each transaction, so that nobody waits long for the database.
void EventRows::drop_oldest(std::int64_t before, std::int64_t excess) {
    for (bool more = true; more;) {
        Transaction transaction(database_);
        auto rows = database_.prepare(
            "SELECT first_position, last_position, thread_id, made_at, bytes"
            " FROM event_batches ORDER BY first_position LIMIT ?");
        rows.bind(kTrimRows);
        std::int64_t dropped = 0;
        int count = 0;
        more = false;
        while (rows.step() && (excess > dropped || rows.integer(3) < before)) {
            database_.run(
                "INSERT INTO event_trims(thread_id, position) VALUES(?, ?)"
                " ON CONFLICT(thread_id) DO UPDATE SET position = excluded.position",
                rows.integer(2), rows.integer(1));
            database_.run("DELETE FROM event_batches WHERE first_position = ?", rows.integer(0));
            dropped += rows.integer(4);
            more = ++count == kTrimRows;
        }
        if (count > 0) {
            database_.execute(
                "DELETE FROM event_runs WHERE ended = 1 AND NOT EXISTS"
                " (SELECT 1 FROM event_batches b WHERE b.run_id = event_runs.run_id)");
        }
        transaction.commit();
        bytes_ -= dropped;
        excess -= dropped;
    }
}

}  // namespace cedar::host::store
