#include "host/app/command.hpp"
#include "host/app/inspection_text.hpp"

#include <ostream>

namespace cedar::host::app {

int run_inspect(CommandContext& context) {
    auto inspection = loader::inspect_file(context.line.file);
    if (!inspection) return fail(context, inspection.error(), kUsage);
    const std::string file = context.line.file.string();
    context.out << (context.line.json ? inspection_json(file, *inspection) : inspection_text(file, *inspection));
    return inspection->acceptable() ? kDone : kFailed;
}

}  // namespace cedar::host::app
