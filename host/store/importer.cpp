#include "host/store/importer.hpp"

#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"
#include "host/store/data_folder.hpp"
#include "host/store/file_import.hpp"
#include "host/store/file_walk.hpp"
#include "host/store/project_registry.hpp"
#include "host/store/timestamp.hpp"

#include <utility>

namespace cedar::host::store {

namespace {

void count(ImportReport& report, const FoundFile& file, FileOutcome outcome) {
    report.chunks += outcome.chunks;
    switch (outcome.status) {
        case ImportStatus::imported: ++report.imported; break;
        case ImportStatus::replaced: ++report.replaced; break;
        case ImportStatus::unchanged: ++report.unchanged; break;
        case ImportStatus::skipped: report.skipped.push_back({file.display_name, std::move(outcome.reason)}); break;
    }
}

ImportReport import_files(FileImport& import, FoundFiles found, const ImportOptions& options, const Clock& clock,
                          const Importer::Progress& progress) {
    ImportReport report;
    report.skipped = std::move(found.skipped);
    ImportProgress state;
    state.files_total = found.files.size();
    for (const auto& file : found.files) state.bytes_total += file.bytes;
    for (const auto& file : found.files) {
        report.stopped = options.stop.stop_requested();
        if (report.stopped) break;
        state.current = file.display_name;
        if (progress) progress(state);
        count(report, file, import.run(file, clock.now().utc));
        ++state.files_done;
        state.bytes_done += file.bytes;
    }
    state.current.clear();
    if (progress) progress(state);
    return report;
}

// One entry for the whole import: the changelog is what a model is told, and it has room for 50.
void add_changelog(ProjectDatabase& project, const ImportReport& report, const std::string& now) {
    if (report.imported + report.replaced == 0) return;
    const std::string numbers = "{\"imported\":" + std::to_string(report.imported) +
                                ",\"replaced\":" + std::to_string(report.replaced) +
                                ",\"unchanged\":" + std::to_string(report.unchanged) +
                                ",\"skipped\":" + std::to_string(report.skipped.size()) +
                                ",\"chunks\":" + std::to_string(report.chunks) + "}";
    const std::string summary = "Imported " + std::to_string(report.imported) + " and replaced " +
                                std::to_string(report.replaced) + " files: " + std::to_string(report.chunks) +
                                " passages";
    project.db.run(
        "INSERT INTO changelog_entries(project_id, branch_id, action, output_json, summary_text, created_at) "
        "VALUES(?, ?, 'file.import', ?, ?, ?)",
        project.project_id, project.main_branch, numbers, summary, now);
}

Result<void> check_options(const ImportOptions& options) {
    if (options.max_chunk_chars >= 100 && options.max_chunk_chars <= 20'000) return {};
    return Error{ErrorCode::invalid_argument,
                 "import.max_chunk_chars: expected 100 to 20000, got " + std::to_string(options.max_chunk_chars),
                 {}};
}

}  // namespace

Importer::Importer(std::filesystem::path data_dir, const Clock& clock, Log& log)
    : data_dir_(std::move(data_dir)), clock_(clock), log_(log) {}

Result<ImportReport> Importer::import(std::int64_t project_id, std::span<const std::filesystem::path> paths,
                                      const ImportOptions& options, const Progress& progress) {
    if (auto checked = check_options(options); !checked) return checked.error();
    if (auto folder = prepare_data_folder(data_dir_); !folder) return folder.error();
    try {
        const Layout layout(data_dir_);
        ProjectRegistry registry(layout.registry(), options.busy_timeout);
        ProjectDatabase project = open_project(layout, registry.find(project_id), options.busy_timeout, log_);
        auto found = find_files(paths, options.max_files);
        if (!found) return found.error();
        FileImport import(layout, project, options);
        import.recover();
        const auto report = import_files(import, std::move(*found), options, clock_, progress);
        add_changelog(project, report, to_timestamp(clock_.now().utc));
        return report;
    } catch (const ErrorException& e) {
        return e.error();
    } catch (const std::exception& e) {
        return Error{ErrorCode::internal, "the import failed", e.what()};
    }
}

}  // namespace cedar::host::store
