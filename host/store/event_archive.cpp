#include "host/store/event_archive.hpp"

#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"
#include "host/store/data_folder.hpp"
#include "host/store/event_entry.hpp"
#include "host/store/event_journal.hpp"
#include "host/store/event_rows.hpp"
#include "host/store/layout.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace cedar::host::store {
namespace {

constexpr std::size_t kHostsMax = 64;     // processes on one data folder
constexpr std::size_t kReadsMax = 10000;  // waiting; beyond: answered with nothing
constexpr std::size_t kWaitingMax = 100000;
constexpr std::chrono::seconds kTrimEvery{60}, kRetryAfter{1};

// The first of the folder's pairs that no other process holds.
std::pair<std::unique_ptr<EventJournal>, std::filesystem::path> take_place(const EventArchiveOptions& options) {
    const auto folder = Layout(options.data_dir).events();
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < kHostsMax; ++i) {
        const auto name = "host" + std::to_string(i);
        if (auto journal = EventJournal::open(folder / (name + ".journal"), options.journal_bytes))
            return {std::move(journal), folder / (name + ".db")};
    }
    throw ErrorException(
        {ErrorCode::limit, folder.string() + ": expected at most " + std::to_string(kHostsMax) + " hosts", {}});
}

}  // namespace

// `rows` belongs to the thread once it runs; the rest is guarded by `mutex`.
struct SqliteEventArchive::Impl {
    using Read = std::function<void(EventRows*)>;  // null: it cannot be answered

    Impl(const EventArchiveOptions& given, const Clock& the_clock, Log& the_log,
         std::pair<std::unique_ptr<EventJournal>, std::filesystem::path> place)
        : options(given),
          clock(the_clock),
          log(the_log),
          journal(std::move(place.first)),
          rows(Database::open(place.second, given.busy_timeout), given.page_bytes) {
        rows.store(read_entries(journal->left_over()), now());
        journal->release(journal->end());
        opened_at = rows.last_position();
        opened_with = rows.open_runs();
        name = rows.name();
        thread = std::thread([this] {
            pthread_setname_np(pthread_self(), "cedar-events");
            work();
        });
    }

    [[nodiscard]] std::chrono::sys_seconds now() const {
        return std::chrono::floor<std::chrono::seconds>(clock.now().utc);
    }
    void keep(const PlacedEvent& event);
    [[nodiscard]] bool much() const { return waiting_bytes > options.journal_bytes / 2; }
    void read(Read job);
    void work();
    void store(std::vector<PlacedEvent>& events, std::uint64_t until);
    void answer(std::deque<Read>& jobs);
    void trim();
    void report(LogLevel level, const std::string& message, const std::string& detail);

    const EventArchiveOptions options;
    const Clock& clock;
    Log& log;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::unique_ptr<EventJournal> journal;
    std::vector<PlacedEvent> waiting;
    std::size_t waiting_bytes = 0;
    std::deque<Read> reads;
    std::string entry;  // a buffer
    std::uint64_t dropped = 0, dropped_told = 0;
    bool own_waits = false;  // of the events that wait, one is of this host
    bool failing = false, closed = false;

    EventRows rows;
    std::uint64_t opened_at = 0;
    std::vector<OpenRun> opened_with;
    std::string name;
    std::chrono::steady_clock::time_point trim_at{};
    std::mutex join_mutex;
    std::thread thread;
};

void SqliteEventArchive::Impl::keep(const PlacedEvent& event) {
    write_entry(event, entry);
    const bool must = event.event->terminal() && waiting.size() < kWaitingMax;
    if (!journal->append(entry) && !must) {
        ++dropped;
        return;
    }
    waiting.push_back(event);
    waiting_bytes += event.event->json.size();
    own_waits = own_waits || !event.foreign;
}

void SqliteEventArchive::Impl::read(Read job) {
    {
        const std::lock_guard lock(mutex);
        if (!closed && reads.size() < kReadsMax) {
            reads.push_back(std::move(job));
            changed.notify_one();
            return;
        }
    }
    job(nullptr);
}

void SqliteEventArchive::Impl::report(LogLevel level, const std::string& message, const std::string& detail) {
    const std::pair<std::string_view, std::string> fields[]{{"detail", detail}};
    LogRecord record;
    record.level = level;
    record.stage = "events";
    record.message = message;
    if (!detail.empty()) record.fields = fields;
    log.write(record);
}

// What comes shortly after each other is stored together, unless somebody wants to read or the journal fills.
// Events of another host come from many runs at once: the longer they gather, the more of each are one row.
void SqliteEventArchive::Impl::work() {
    std::vector<PlacedEvent> events;  // not yet stored
    for (;;) {
        std::deque<Read> jobs;
        std::uint64_t until = 0;
        bool closing = false;
        {
            std::unique_lock lock(mutex);
            const auto busy = [this] { return closed || !reads.empty(); };
            if (events.empty()) {
                changed.wait_for(lock, kTrimEvery, [&] { return busy() || !waiting.empty(); });
                changed.wait_for(lock, options.foreign_delay, [&] { return busy() || much() || own_waits; });
                changed.wait_for(lock, options.delay, [&] { return busy() || much(); });
            } else {
                changed.wait_for(lock, kRetryAfter, busy);
            }
            events.insert(events.end(), std::make_move_iterator(waiting.begin()),
                          std::make_move_iterator(waiting.end()));
            waiting.clear();
            waiting_bytes = 0;
            own_waits = false;
            jobs.swap(reads);
            until = journal->end();
            closing = closed;
        }
        store(events, until);
        answer(jobs);
        if (closing) return;
        trim();
    }
}

void SqliteEventArchive::Impl::store(std::vector<PlacedEvent>& events, std::uint64_t until) {
    std::string problem;
    try {
        if (!events.empty()) rows.store(events, now());
        events.clear();
    } catch (const ErrorException& e) {
        problem = e.error().message + (e.error().detail.empty() ? "" : ": " + e.error().detail);
    }
    bool was_failing = false;
    std::uint64_t newly_dropped = 0;
    {
        const std::lock_guard lock(mutex);
        was_failing = std::exchange(failing, !problem.empty());
        if (problem.empty()) {
            journal->release(until);
            newly_dropped = dropped - std::exchange(dropped_told, dropped);
        }
    }
    if (!problem.empty() && !was_failing) report(LogLevel::error, "events cannot be stored at the moment", problem);
    if (problem.empty() && was_failing) report(LogLevel::info, "events are stored again", {});
    if (newly_dropped > 0)
        report(LogLevel::warn,
               std::to_string(newly_dropped) + " events were not stored: events.journal_bytes were full", {});
}

void SqliteEventArchive::Impl::answer(std::deque<Read>& jobs) {
    for (auto& job : jobs) {
        try {
            job(&rows);
        } catch (const ErrorException& e) {
            report(LogLevel::error, "stored events cannot be read", e.error().message);
            job(nullptr);
        }
    }
}

void SqliteEventArchive::Impl::trim() {
    const auto steady = std::chrono::steady_clock::now();
    if (steady < trim_at) return;
    trim_at = steady + kTrimEvery;
    try {
        rows.trim(now() - options.keep, options.keep_bytes);
    } catch (const ErrorException& e) {
        report(LogLevel::warn, "old events cannot be removed", e.error().message);
    }
}

Result<std::unique_ptr<SqliteEventArchive>> SqliteEventArchive::open(const EventArchiveOptions& options,
                                                                     const Clock& clock, Log& log) {
    if (auto folder = prepare_data_folder(options.data_dir); !folder) return folder.error();
    try {
        auto impl = std::make_unique<Impl>(options, clock, log, take_place(options));
        return std::unique_ptr<SqliteEventArchive>(new SqliteEventArchive(std::move(impl)));
    } catch (const ErrorException& e) {
        return e.error();
    } catch (const std::exception& e) {
        return Error{ErrorCode::io, options.data_dir.string() + ": events cannot be stored here", e.what()};
    }
}

SqliteEventArchive::SqliteEventArchive(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SqliteEventArchive::~SqliteEventArchive() {
    close();
}

void SqliteEventArchive::close() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->closed = true;
    }
    impl_->changed.notify_all();
    const std::lock_guard lock(impl_->join_mutex);
    if (impl_->thread.joinable()) impl_->thread.join();
}

void SqliteEventArchive::keep(std::span<const PlacedEvent> events) {
    const std::lock_guard lock(impl_->mutex);
    const bool idle = impl_->waiting.empty(), only_foreign = !impl_->own_waits;
    for (const auto& event : events) impl_->keep(event);
    if (idle || (only_foreign && impl_->own_waits) || impl_->much()) impl_->changed.notify_one();
}

void SqliteEventArchive::read_run(std::string run_id, std::uint64_t after_seq,
                                  std::function<void(EventLog::RunPage)> done) {
    impl_->read([run_id = std::move(run_id), after_seq, done = std::move(done)](EventRows* rows) {
        done(rows == nullptr ? EventLog::RunPage{} : rows->read_run(run_id, after_seq));
    });
}

void SqliteEventArchive::read_thread(std::int64_t thread_id, std::uint64_t after, std::uint64_t until,
                                     std::size_t max_bytes, std::function<void(ThreadPage)> done) {
    impl_->read([=, done = std::move(done)](EventRows* rows) {
        done(rows == nullptr ? ThreadPage{{}, std::max(after, until), true}
                             : rows->read_thread(thread_id, after, until, max_bytes));
    });
}

void SqliteEventArchive::read_own(std::uint64_t after, std::uint64_t until, std::size_t max_bytes,
                                  std::function<void(ThreadPage)> done) {
    impl_->read([=, done = std::move(done)](EventRows* rows) {
        done(rows == nullptr ? ThreadPage{{}, std::max(after, until), true}
                             : rows->read_own(after, until, max_bytes));
    });
}

void SqliteEventArchive::find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                                    std::function<void(std::optional<std::uint64_t>)> done) {
    impl_->read([thread_id, run_id = std::move(run_id), seq, done = std::move(done)](EventRows* rows) {
        done(rows == nullptr ? std::nullopt : rows->find_event(thread_id, run_id, seq));
    });
}

std::uint64_t SqliteEventArchive::last_position() const {
    return impl_->opened_at;
}

std::vector<OpenRun> SqliteEventArchive::open_runs() const {
    return impl_->opened_with;
}

std::string SqliteEventArchive::name() const {
    return impl_->name;
}

SqliteEventArchive::Usage SqliteEventArchive::usage() const {
    const std::lock_guard lock(impl_->mutex);
    return {impl_->waiting.size(), impl_->dropped, impl_->failing};
}

}  // namespace cedar::host::store
