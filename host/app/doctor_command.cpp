#include "host/app/command.hpp"
#include "host/app/component_list.hpp"
#include "host/app/component_set.hpp"
#include "host/app/doctor.hpp"

#include <ostream>

namespace cedar::host::app {
namespace {

struct Parts {
    explicit Parts(CommandContext& context) : set(context.config, services, context.clock, context.log) {}

    runtime::ServiceTable services;
    ComponentSet set;
};

void add(std::vector<Finding>& all, std::vector<Finding> more) {
    for (Finding& one : more) all.push_back(std::move(one));
}

}  // namespace

int run_doctor(CommandContext& context) {
    const Config& config = context.config;
    auto parts = std::make_unique<Parts>(context);
    const auto aggregator = aggregator_facts(parts->set, config.text("aggregator"));
    std::vector<Finding> findings{check_key(config, aggregator.uses_llm)};
    add(findings, check_endpoint(config));
    add(findings, check_plugins(parts->set, config));
    findings.push_back(check_data_folder(config));
    findings.push_back(check_redis(find_key("redis.url") == nullptr ? std::string{} : config.text("redis.url")));
    context.out << (context.line.json ? findings_json(findings) : findings_text(findings));
    if (!parts->set.stop(std::chrono::seconds(1))) {
        context.abandon = true;
        static_cast<void>(parts.release());
    }
    return all_well(findings) ? kDone : kFailed;
}

}  // namespace cedar::host::app
