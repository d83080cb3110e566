#pragma once
#include "host/core/now.hpp"
#include "host/ports/store.hpp"
#include "host/store/importer.hpp"

#include <iosfwd>
#include <optional>
#include <string>

namespace cedar::host::app {

// One line on a terminal that is written over: `importing 12 of 340 files, 3 %, guide.md`. Silent for an import
// that is over within half a second, and when there is no terminal.
class ProgressLine {
public:
    ProgressLine(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}
    void show(const store::ImportProgress& progress, SteadyTime now);
    void clear();

private:
    std::ostream& out_;
    bool terminal_;
    std::optional<SteadyTime> begun_, shown_;
};

// "project sample (1): 12 files imported, 1 replaced, 3 unchanged, 2 skipped; 340 passages written".
[[nodiscard]] std::string report_text(const Project& project, const store::ImportReport& report);
// {"project":{"id","title"},"imported","replaced","unchanged","passages","stopped","skipped":[{"path","reason"}]}
[[nodiscard]] std::string report_json(const Project& project, const store::ImportReport& report);
// Whether the import came to its end with something to show: not stopped, and not everything skipped.
[[nodiscard]] bool is_good(const store::ImportReport& report);

}  // namespace cedar::host::app
