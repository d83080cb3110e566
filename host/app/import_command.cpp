#include "host/app/command.hpp"
#include "host/app/import_report.hpp"
#include "host/app/options.hpp"
#include "host/app/signal_watch.hpp"
#include "host/app/store_wait.hpp"

#include <unistd.h>

#include <ostream>
#include <stop_token>

namespace cedar::host::app {
namespace {

Result<Project> make_project(CommandContext& context) {
    auto store = store::SqliteStore::open(store_options(context.config), context.clock, context.log);
    if (!store) return store.error();
    // A mistyped path must not leave an empty project behind.
    if (auto there = store::expect_paths(context.line.paths); !there) return there.error();
    return wait_for_store<Project>(
        [&](auto done) { (*store)->create_project(context.line.project, std::move(done)); });
}

}  // namespace

int run_import(CommandContext& context) {
    auto project = make_project(context);
    if (!project) return fail(context, project.error(), kUsage);

    std::stop_source stop;
    const SignalWatch watch([&stop] { stop.request_stop(); });
    store::ImportOptions options = import_options(context.config);
    options.stop = stop.get_token();
    store::Importer importer(context.config.path("data_dir"), context.clock, context.log);
    ProgressLine line(context.err, ::isatty(STDERR_FILENO) == 1);
    auto report = importer.import(
        project->id, context.line.paths, options,
        [&](const store::ImportProgress& progress) { line.show(progress, context.clock.now().steady); });
    line.clear();
    if (!report)
        return fail(context, report.error(), report.error().code == ErrorCode::not_found ? kUsage : kFailed);
    if (context.line.json) {
        context.out << report_json(*project, *report) << std::endl;
    } else {
        for (const store::SkippedFile& file : report->skipped) {
            context.err << "skipped " << file.path << ": " << file.reason << "\n";
        }
        context.out << report_text(*project, *report) << std::endl;
    }
    return is_good(*report) ? kDone : kFailed;
}

}  // namespace cedar::host::app
