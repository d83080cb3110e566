#include "host/app/import_report.hpp"

#include "host/app/json_write.hpp"

#include <chrono>
#include <ostream>

namespace cedar::host::app {
namespace {

constexpr std::chrono::milliseconds kQuiet{500}, kBetween{100};
constexpr const char* kEraseLine = "\r\x1b[K";

// Names come from the file system: nothing in them may move the cursor.
std::string printable(std::string_view name) {
    std::string out = to_utf8(name.substr(0, 60));
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
    }
    return out;
}

}  // namespace

void ProgressLine::show(const store::ImportProgress& progress, SteadyTime now) {
    if (!terminal_) return;
    if (!begun_) begun_ = now;
    if (now - *begun_ < kQuiet || (shown_ && now - *shown_ < kBetween)) return;
    shown_ = now;
    const auto percent = progress.bytes_total == 0 ? 100 : progress.bytes_done * 100 / progress.bytes_total;
    out_ << kEraseLine << "importing " << progress.files_done << " of " << progress.files_total << " files, "
         << percent << " %, " << printable(progress.current) << std::flush;
}

void ProgressLine::clear() {
    if (shown_) out_ << kEraseLine << std::flush;
    shown_.reset();
}

std::string report_text(const Project& project, const store::ImportReport& report) {
    std::string out = "project " + project.title + " (" + std::to_string(project.id) + "): ";
    out += std::to_string(report.imported) + " files imported, " + std::to_string(report.replaced) + " replaced, " +
           std::to_string(report.unchanged) + " unchanged, " + std::to_string(report.skipped.size()) +
           " skipped; " + std::to_string(report.chunks) + " passages written";
    if (report.stopped) out += "; stopped before the end";
    return out;
}

std::string report_json(const Project& project, const store::ImportReport& report) {
    std::vector<std::string> skipped;
    for (const store::SkippedFile& file : report.skipped) {
        skipped.push_back(json_object({{"path", json_string(file.path)}, {"reason", json_string(file.reason)}}));
    }
    return json_object(
        {{"project", json_object({{"id", std::to_string(project.id)}, {"title", json_string(project.title)}})},
         {"imported", std::to_string(report.imported)},
         {"replaced", std::to_string(report.replaced)},
         {"unchanged", std::to_string(report.unchanged)},
         {"passages", std::to_string(report.chunks)},
         {"stopped", json_flag(report.stopped)},
         {"skipped", json_array(skipped)}});
}

bool is_good(const store::ImportReport& report) {
    const bool something = report.imported + report.replaced + report.unchanged > 0;
    return !report.stopped && (something || report.skipped.empty());
}

}  // namespace cedar::host::app
