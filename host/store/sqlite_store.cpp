#include "host/store/sqlite_store.hpp"

#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"
#include "host/store/data_folder.hpp"
#include "host/store/passage_search.hpp"
#include "host/store/project_cache.hpp"
#include "host/store/project_registry.hpp"
#include "host/store/timestamp.hpp"
#include "host/store/turns.hpp"
#include "host/store/work_queue.hpp"

#include <array>
#include <type_traits>
#include <utility>

namespace cedar::host::store {

namespace {

// Failures that may lie in the connection and not in the call: the next call opens the file anew.
bool spoils_connection(ErrorCode code) {
    return code == ErrorCode::io || code == ErrorCode::corrupt || code == ErrorCode::internal;
}

bool worth_a_line(ErrorCode code) {
    return spoils_connection(code) || code == ErrorCode::unavailable || code == ErrorCode::unsupported;
}

}  // namespace

// Everything below `queue` belongs to the store's thread once it runs.
struct SqliteStore::Impl {
    Impl(const StoreOptions& options, const Clock& the_clock, Log& the_log)
        : clock(the_clock),
          log(the_log),
          registry(Layout(options.data_dir).registry(), options.busy_timeout),
          projects(Layout(options.data_dir), registry, options.open_projects_max, options.busy_timeout, the_log),
          queue(options.queue_max, options.close_timeout) {}

    [[nodiscard]] std::string now() const { return to_timestamp(clock.now().utc); }

    void report(const char* what, std::int64_t project_id, const Error& error) {
        if (!worth_a_line(error.code)) return;
        const std::array<std::pair<std::string_view, std::string>, 3> fields{
            {{"call", what}, {"code", std::string(to_string(error.code))}, {"detail", error.detail}}};
        LogRecord record;
        record.level = LogLevel::error;
        record.stage = "store";
        record.message = error.message;
        record.pid = project_id;
        record.fields = fields;
        log.write(record);
    }

    // Runs `work` (which may throw) and gives what came of it.
    template <class T, class Work>
    Result<T> guarded(const char* what, std::int64_t project_id, Work& work) {
        Error error;
        try {
            if constexpr (std::is_void_v<T>) {
                work();
                return {};
            } else {
                return work();
            }
        } catch (const ErrorException& e) {
            error = e.error();
        } catch (const std::exception& e) {
            error = {ErrorCode::internal, std::string("the store failed in ") + what, e.what()};
        }
        report(what, project_id, error);
        if (spoils_connection(error.code)) projects.drop(project_id);
        return error;
    }

    template <class T, class Work>
    void add(const char* what, std::int64_t project_id, Done<T> done, Work work) {
        const auto shared = std::make_shared<Done<T>>(std::move(done));
        queue.add({[this, what, project_id, shared, work = std::move(work)]() mutable {
                       (*shared)(guarded<T>(what, project_id, work));
                   },
                   [shared](Error error) { (*shared)(Result<T>(std::move(error))); }});
    }

    const Clock& clock;
    Log& log;
    ProjectRegistry registry;
    ProjectCache projects;
    WorkQueue queue;  // last: its thread uses the rest
};

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SqliteStore::~SqliteStore() {
    close();
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(StoreOptions options, const Clock& clock, Log& log) {
    if (auto folder = prepare_data_folder(options.data_dir); !folder) return folder.error();
    try {
        return std::unique_ptr<SqliteStore>(new SqliteStore(std::make_unique<Impl>(options, clock, log)));
    } catch (const ErrorException& e) {
        return e.error();
    } catch (const std::exception& e) {
        return Error{ErrorCode::internal, "the store cannot start", e.what()};
    }
}

void SqliteStore::close() {
    impl_->queue.close();
}

void SqliteStore::list_projects(Done<std::vector<Project>> done) {
    impl_->add<std::vector<Project>>("list_projects", 0, std::move(done),
                                     [impl = impl_.get()] { return impl->registry.list(); });
}

void SqliteStore::find_project(std::int64_t id, Done<Project> done) {
    impl_->add<Project>("find_project", id, std::move(done),
                        [impl = impl_.get(), id] { return impl->registry.find(id); });
}

void SqliteStore::find_project_by_title(std::string title, Done<Project> done) {
    impl_->add<Project>(
        "find_project_by_title", 0, std::move(done),
        [impl = impl_.get(), title = std::move(title)] { return impl->registry.find_by_title(title); });
}

void SqliteStore::create_project(std::string title, Done<Project> done) {
    impl_->add<Project>("create_project", 0, std::move(done), [impl = impl_.get(), title = std::move(title)] {
        auto project = impl->registry.create(title, impl->now());
        static_cast<void>(impl->projects.get(project.id));  // its database, with Main
        return project;
    });
}

void SqliteStore::open_turn(TurnRequest request, Done<Turn> done) {
    const auto id = request.project_id;
    impl_->add<Turn>("open_turn", id, std::move(done), [impl = impl_.get(), id, request = std::move(request)] {
        return store::open_turn(impl->projects.get(id), request, impl->now(),
                                [impl] { return impl->registry.next_thread_id(); });
    });
}

void SqliteStore::close_turn(TurnOutcome outcome, Done<void> done) {
    const auto id = outcome.project_id;
    impl_->add<void>("close_turn", id, std::move(done), [impl = impl_.get(), id, outcome = std::move(outcome)] {
        store::close_turn(impl->projects.get(id), outcome, impl->now());
    });
}

void SqliteStore::search(SearchQuery query, Done<std::vector<Passage>> done) {
    const auto id = query.project_id;
    impl_->add<std::vector<Passage>>("search", id, std::move(done),
                                     [impl = impl_.get(), id, query = std::move(query)] {
                                         return search_passages(impl->projects.get(id), query);
                                     });
}

}  // namespace cedar::host::store
