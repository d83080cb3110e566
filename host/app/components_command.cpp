#include "host/app/command.hpp"
#include "host/app/component_list.hpp"
#include "host/app/composition.hpp"

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
