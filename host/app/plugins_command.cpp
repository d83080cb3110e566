#include "host/app/command.hpp"
#include "host/app/component_list.hpp"
#include "host/app/isolation.hpp"
#include "host/app/local_socket.hpp"
#include "host/core/redactor.hpp"
#include "host/loader/inspection.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace cedar::host::app {
namespace {

// The plugins without a store: they are tried and listed, not run.
struct Parts {
    explicit Parts(CommandContext& context) : set(context.config, services, context.clock, context.log) {}

    runtime::ServiceTable services;
    ComponentSet set;
};

int print(CommandContext& context, const std::string& json, std::string_view source) {
    if (context.line.json) {
        context.out << json << "\n";
        return kDone;
    }
    auto text = plugins_text(json);
    if (!text) return fail(context, text.error(), kFailed);
    context.out << *text << source << "\n";
    return kDone;
}

// A host that serves the folder knows more than a look at the files: what is being tried, what still runs, what
// crashed.
int list(CommandContext& context) {
    if (const auto seen = ask_host(context.config.path("data_dir"), kPluginsQuestion))
        return print(context, *seen, "as the running host has them");
    auto parts = std::make_unique<Parts>(context);
    const std::string seen = plugins_json(parts->set, context.config.boolean("safe_mode"));
    const int code =
        print(context, context.redactor.redact(seen), "tried just now: no host runs on this data folder");
    if (!parts->set.stop(std::chrono::seconds(1))) {
        context.abandon = true;
        static_cast<void>(parts.release());
    }
    return code;
}

bool is_hash(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Result<std::string> hash_of(const std::filesystem::path& file) {
    if (is_hash(file.string())) return file.string();
    auto inspection = loader::inspect_file(file);
    if (!inspection) return inspection.error();
    return inspection->sha256;
}

int report(CommandContext& context, const Result<bool>& done, const std::string& file, const std::string& words) {
    if (!done) return fail(context, done.error(), kFailed);
    context.out << file << (*done ? words : " was not, so nothing has changed") << "\n";
    return kDone;
}

int trust(CommandContext& context, loader::PluginLedger& ledger) {
    auto inspection = loader::inspect_file(context.line.file);
    if (!inspection) return fail(context, inspection.error(), kUsage);
    if (!inspection->acceptable()) {
        context.err << context.line.file.string() << ": no host would load it: " << inspection->refusal << "\n";
        return kFailed;
    }
    const std::string name = context.line.file.filename().string();
    auto done = ledger.trust(inspection->sha256, name, context.clock.now().utc);
    if (!done) return fail(context, done.error(), kFailed);
    context.out << context.line.file.string()
                << " is trusted: it runs in the host's own process, as long as its content is "
                << inspection->sha256 << "\n";
    return kDone;
}

}  // namespace

int run_plugins(CommandContext& context) {
    const std::string& action = context.line.action;
    if (action.empty() || action == "list") return list(context);
    if (context.line.file.empty()) {
        context.err << "cedar plugins " << action << ": expected a FILE\n";
        return kUsage;
    }
    auto ledger = loader::PluginLedger::open(ledger_file(context.config));
    if (!ledger) return fail(context, ledger.error(), kUsage);
    if (action == "trust") return trust(context, **ledger);
    auto sha256 = hash_of(context.line.file);
    if (!sha256) return fail(context, sha256.error(), kUsage);
    const std::string file = context.line.file.string();
    if (action == "untrust") {
        return report(context, (*ledger)->untrust(*sha256), file, " is not trusted any more");
    }
    const bool was_in = (*ledger)->quarantine_of(*sha256).has_value();
    return report(context, (*ledger)->clear(*sha256), file,
                  was_in ? " is out of quarantine" : ": how it ended the host's process is forgotten");
}

}  // namespace cedar::host::app
