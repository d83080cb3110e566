#include "host/app/command.hpp"
#include "host/app/component_list.hpp"
#include "host/app/composition.hpp"
#include "host/store/data_folder.hpp"

#include <memory>
#include <ostream>

namespace cedar::host::app {
namespace {

// The components without a store: they are brought up, not run.
struct Parts {
    explicit Parts(CommandContext& context) : set(context.config, services, context.clock, context.log) {}

    runtime::ServiceTable services;
    ComponentSet set;
};

}  // namespace

int run_components(CommandContext& context) {
    // Without a folder for their copies every library would be refused, each with the same complaint.
    if (auto usable = store::prepare_data_folder(context.config.path("data_dir")); !usable)
        return fail(context, usable.error(), kUsage);
    auto parts = std::make_unique<Parts>(context);
    const std::string& aggregator = context.config.text("aggregator");
    if (context.line.json) {
        context.out << components_json(parts->set, aggregator) << "\n";
    } else {
        context.out << components_text(parts->set, aggregator);
    }
    if (!parts->set.stop(std::chrono::seconds(1))) {
        context.abandon = true;
        static_cast<void>(parts.release());
    }
    return kDone;
}

}  // namespace cedar::host::app
