#include "host/app/command_line.hpp"

#include <CLI/CLI.hpp>

#include <deque>

namespace cedar::host::app {
namespace {

constexpr const char* kExamples = R"(
First steps:
  cedar import --project notes ~/Documents/notes
  cedar ask --project notes "What did we decide about the roof?"
  cedar serve
Configuration: cedar.toml in the data directory, then CEDAR_* variables, then flags; `cedar config` shows
every value and where it came from, `cedar config --describe` every key.)";

// The flags of the key table that one command line gave, before they become settings.
struct KeyFlags {
    struct Slot {
        const Key* key;
        std::vector<std::string> values;
        CLI::Option* option = nullptr;
        bool on = false;  // of a boolean
    };
    std::deque<Slot> slots;  // addresses stay: CLI11 writes into them
    std::vector<std::string> sets;
    std::string config_file;
};

std::string type_name(const Key& key) {
    switch (key.type) {
        case KeyType::path: return "PATH";
        case KeyType::paths: return "DIR";
        case KeyType::integer:
        case KeyType::decimal: return "N";
        case KeyType::choice: return std::string(key.choices);
        default: return "TEXT";
    }
}

void add_key_flags(CLI::App& command, KeyFlags& flags, bool serving) {
    for (const Key& key : all_keys()) {
        if (key.flag.empty() || (key.serve_only && !serving)) continue;
        auto& slot = flags.slots.emplace_back(KeyFlags::Slot{&key, {}});
        std::string help(key.help);
        if (!key.fallback.empty()) help += " [" + std::string(key.fallback) + "]";
        if (key.type == KeyType::boolean) {
            slot.option = command.add_flag(std::string(key.flag), slot.on, std::string(key.help));
            slot.option->group("Configuration");
            continue;
        }
        slot.option = command.add_option(std::string(key.flag), slot.values, help);
        slot.option->allow_extra_args(false)->type_name(type_name(key))->group("Configuration");
        const bool is_list = key.type == KeyType::paths || key.type == KeyType::texts;
        if (!is_list) slot.option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    command.add_option("--config", flags.config_file, "Configuration file instead of <data dir>/cedar.toml")
        ->type_name("FILE")
        ->group("Configuration");
    command.add_option("--set", flags.sets, "Any other key, such as --set run.drain_ms=1000; repeatable")
        ->allow_extra_args(false)
        ->type_name("KEY=VALUE")
        ->group("Configuration");
}

void take_flags(const KeyFlags& flags, CommandLine& line) {
    if (!flags.config_file.empty()) line.config_file = flags.config_file;
    for (const std::string& set : flags.sets) {
        const auto equals = set.find('=');
        if (equals == std::string::npos) {
            throw CLI::ValidationError("--set", "expected KEY=VALUE, got \"" + set + "\"");
        }
        line.flags.push_back({"--set " + set.substr(0, equals), set.substr(0, equals), {set.substr(equals + 1)}});
    }
    for (const auto& slot : flags.slots) {
        if (slot.option->count() > 0) {
            auto values = slot.values;
            if (slot.key->type == KeyType::boolean) values = {slot.on ? "true" : "false"};
            line.flags.push_back({std::string(slot.key->flag), std::string(slot.key->name), std::move(values)});
        }
    }
}

// All commands, each with the flags it takes.
class Parser {
public:
    Parser() {
        app_.set_version_flag("--version", std::string("cedar ") + CEDAR_VERSION, "Print the version and end");
        app_.require_subcommand(1);
        app_.footer(kExamples);
        add_serve();
        add_ask();
        add_import();
        add_components();
        add_plugins();
        add_inspect();
        add_doctor();
        add_config();
    }

    std::variant<CommandLine, EarlyExit> parse(std::span<const std::string> arguments) {
        try {
            app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
            for (const Entry& entry : entries_) {
                if (!entry.app->parsed()) continue;
                line_.command = entry.command;
                take_flags(*entry.flags, line_);
            }
            return line_;
        } catch (const CLI::Error& error) {
            return ended(error);
        }
    }

private:
    struct Entry {
        Command command;
        CLI::App* app;
        KeyFlags* flags;
    };

    CLI::App& add(Command command, const std::string& name, const std::string& summary,
                  const std::string& example) {
        CLI::App* sub = app_.add_subcommand(name, summary);
        sub->footer("\nExample:\n  " + example);
        KeyFlags& flags = flags_.emplace_back();
        add_key_flags(*sub, flags, command == Command::serve);
        entries_.push_back({command, sub, &flags});
        return *sub;
    }

    void add_serve() {
        add(Command::serve, "serve", "Serve the page, the API and the chat sockets until stopped",
            "cedar serve --port 0 --port-file /tmp/cedar.port --plugins ./build/plugins");
    }

    void add_ask() {
        CLI::App& sub = add(Command::ask, "ask", "Ask one question and print the answer with its sources",
                            "cedar ask --project sample --aggregator aggregator.extractive \"How do I write a "
                            "component?\"\nExit code: 0 for an answer, 1 for an error, 2 for bad usage.");
        sub.add_option("question", line_.question, "The question; - reads it from standard input")->required();
        sub.add_option("--project", line_.project, "Title of the project")->required()->type_name("TITLE");
        sub.add_flag("--events", line_.events, "Print each event as one line of JSON instead of the answer");
        sub.add_flag("--debug", line_.debug, "Ask for the prepared prompt as an event too");
        sub.add_option("--component", line_.components, "Ask only this component; repeatable")
            ->allow_extra_args(false)
            ->type_name("ID");
        sub.add_option("--thread", line_.thread_id, "Go on in this thread")->type_name("ID");
        sub.add_option("--timeout-ms", line_.timeout_ms, "Budget of this one run")
            ->type_name("N")
            ->check(CLI::Range(std::int64_t{1}, std::int64_t{600000}));
    }

    void add_import() {
        CLI::App& sub =
            add(Command::import, "import", "Read files and folders into a project, which is made if new",
                "cedar import --project sample README.md docs/");
        sub.add_option("--project", line_.project, "Title of the project")->required()->type_name("TITLE");
        sub.add_option("paths", line_.paths, "Files and folders: text, Markdown, HTML, JSON, CSV")->required();
        sub.add_flag("--json", line_.json, "Print the summary as one JSON object");
    }

    void add_components() {
        CLI::App& sub =
            add(Command::components, "components", "List the components, and the files that were refused",
                "cedar components --plugins ./build/plugins");
        sub.add_flag("--json", line_.json, "Print one JSON object");
    }

    void add_plugins() {
        CLI::App& sub =
            add(Command::plugins, "plugins",
                "List the plugin files with state, mode and reason; trust one, or take one out of quarantine",
                "cedar plugins trust ./plugins/summarize.so\n  trust    run it in the host's own process, by "
                "the hash of its content\n  untrust  run it in a worker process again\n  clear    take it out "
                "of quarantine\nA change counts from the host's next start on. FILE may be a SHA-256 for "
                "untrust and clear.");
        sub.add_option("action", line_.action, "list (the default), trust, untrust or clear")
            ->check(CLI::IsMember({"list", "trust", "untrust", "clear"}));
        sub.add_option("file", line_.file, "The library")->type_name("FILE");
        sub.add_flag("--json", line_.json, "Print one JSON object");
    }

    void add_inspect() {
        CLI::App& sub = add(Command::inspect, "inspect",
                            "Print what a component library says of itself, without "
                            "loading it",
                            "cedar inspect ./build/plugins/summarize.so");
        sub.add_option("file", line_.file, "The library")->required()->type_name("FILE");
        sub.add_flag("--json", line_.json, "Print one JSON object");
    }

    void add_doctor() {
        CLI::App& sub = add(Command::doctor, "doctor",
                            "Check key, endpoint, models, plugins, data folder and Redis, each with its remedy",
                            "cedar doctor\nExit code: 0 when nothing failed, 1 when something did.");
        sub.add_flag("--json", line_.json, "Print one JSON object");
    }

    void add_config() {
        CLI::App& sub = add(Command::config, "config", "Print the effective configuration and where it came from",
                            "cedar config > cedar.toml");
        sub.add_flag("--json", line_.json, "Print one JSON object");
        sub.add_flag("--describe", line_.describe, "Print the table of all keys instead");
    }

    EarlyExit ended(const CLI::Error& error) {
        std::ostringstream out, err;
        const int code = app_.exit(error, out, err);
        if (code == 0) return {0, out.str()};
        return {2, err.str()};
    }

    CLI::App app_{"cedar: a host for components that answer together", "cedar"};
    CommandLine line_;
    std::deque<KeyFlags> flags_;
    std::vector<Entry> entries_;
};

}  // namespace

std::variant<CommandLine, EarlyExit> parse_command_line(std::span<const std::string> arguments) {
    return Parser().parse(arguments);
}

}  // namespace cedar::host::app
