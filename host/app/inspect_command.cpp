#include "host/app/command.hpp"
#include "host/app/inspection_text.hpp"
#include "host/app/isolation.hpp"
#include "host/app/json_write.hpp"
#include "host/worker/spawner.hpp"

#include <ostream>

namespace cedar::host::app {

namespace {

using Facts = Result<worker::HelloMessage>;

// Found by starting a worker and trying, not by asking the kernel for its version.
std::string sandbox_text(const Facts& facts) {
    std::string out = "\nsandbox of a worker process, as found here (in-process, nothing of it is enforced)\n";
    if (!facts) return out + "  " + facts.error().message + "\n";
    for (const auto& fact : facts->facts) {
        out += std::string(fact.enforced ? "  enforced      " : "  NOT enforced  ") + fact.name + ": " +
               fact.words + "\n";
    }
    return out;
}

std::string sandbox_json(const Facts& facts) {
    std::vector<std::string> items;
    if (facts) {
        for (const auto& fact : facts->facts) {
            items.push_back(json_object({{"what", json_string(fact.name)},
                                         {"enforced", json_flag(fact.enforced)},
                                         {"by", json_string(fact.words)}}));
        }
    }
    return json_array(items);
}

}  // namespace

int run_inspect(CommandContext& context) {
    auto inspection = loader::inspect_file(context.line.file);
    if (!inspection) return fail(context, inspection.error(), kUsage);
    const std::string file = context.line.file.string();
    worker::Spawner spawner("/proc/self/exe");
    const auto sandbox = worker::try_sandbox(spawner, worker_options(context.config));
    if (context.line.json) {
        std::string text = inspection_json(file, *inspection);
        text.resize(text.rfind('}'));
        context.out << text << ",\"sandbox\":" << sandbox_json(sandbox) << "}\n";
    } else {
        context.out << inspection_text(file, *inspection) << sandbox_text(sandbox);
    }
    return inspection->acceptable() ? kDone : kFailed;
}

}  // namespace cedar::host::app
