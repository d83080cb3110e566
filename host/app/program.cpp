#include "host/app/program.hpp"

#include "host/app/command.hpp"
#include "host/app/config_print.hpp"
#include "host/app/isolation.hpp"
#include "host/app/note.hpp"
#include "host/app/options.hpp"
#include "host/app/variables.hpp"
#include "host/runtime/redacting_ports.hpp"
#include "host/runtime/system_clock.hpp"
#include "host/worker/worker_process.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <ostream>
#include <system_error>

namespace cedar::host::app {
namespace {

Result<LoadedConfig> configuration(const CommandLine& line) {
    ConfigInputs inputs;
    inputs.environment = process_environment();
    inputs.flags = line.flags;
    inputs.file = line.config_file;
    inputs.read_file = read_config_file;
    std::error_code unknown;  // a folder that is gone has no name
    inputs.working_folder = std::filesystem::current_path(unknown);
    return load_config(inputs);
}

std::vector<std::string> keys_in(const std::vector<std::pair<std::string, std::string>>& environment) {
    return Variables(environment).all_values(kKeyVariables);
}

int print_configuration(const CommandLine& line, const Config& config, std::ostream& out) {
    out << (line.describe ? describe_keys() : line.json ? print_config_json(config) : print_config(config));
    return kDone;
}

int dispatch(CommandContext& context) {
    switch (context.line.command) {
        case Command::serve: return run_serve(context);
        case Command::ask: return run_ask(context);
        case Command::import: return run_import(context);
        case Command::components: return run_components(context);
        case Command::plugins: return run_plugins(context);
        case Command::inspect: return run_inspect(context);
        case Command::doctor: return run_doctor(context);
        case Command::config: return print_configuration(context.line, context.config, context.out);
    }
    return kUsage;
}

// A server's log tells its story; a command's only what is out of the ordinary.
LogOptions log_options_of(const CommandLine& line, const Config& config) {
    LogOptions options = log_options(config);
    if (line.command != Command::serve && !config.is_explicit("log.level")) options.level = LogLevel::warn;
    return options;
}

int carry_out(const CommandLine& line, std::istream& in, std::ostream& out, std::ostream& err) {
    auto loaded = configuration(line);
    if (!loaded) {
        // Its words may quote a value that was meant for elsewhere.
        err << Redactor(keys_in(process_environment())).redact(loaded.error().message) << std::endl;
        return kUsage;
    }
    if (auto checked = check_isolation(loaded->config); !checked) {
        err << checked.error().message << std::endl;
        return kUsage;
    }
    auto log = SpdLog::open(log_options_of(line, loaded->config));
    if (!log) {
        err << log.error().message << " (" << log.error().detail << ")" << std::endl;
        return kUsage;
    }
    const Redactor redactor(loaded->secrets);
    runtime::RedactingLog safe_log(**log, redactor);
    for (const std::string& warning : loaded->warnings) note(safe_log, LogLevel::warn, "config", warning);
    runtime::SystemClock clock;
    CommandContext context{line,
                           loaded->config,
                           redactor,
                           clock,
                           safe_log,
                           in,
                           out,
                           err,
                           [lines = log->get()] { return lines->dropped(); }};
    const int code = dispatch(context);
    if (context.abandon) {
        out.flush();
        err.flush();
        (*log)->settle(std::chrono::milliseconds(500));
        std::_Exit(code);
    }
    return code;
}

}  // namespace

int run_program(std::vector<std::string> arguments, std::istream& in, std::ostream& out, std::ostream& err) {
    // Not a command for people: the host starts its workers so.
    if (arguments.size() == 2 && arguments[0] == "worker") return worker::run_worker_process(arguments[1]);
    std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error code, not the end
    try {
        auto parsed = parse_command_line(arguments);
        if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
            (exit->code == 0 ? out : err) << exit->text << std::flush;
            return exit->code;
        }
        return carry_out(std::get<CommandLine>(parsed), in, out, err);
    } catch (const std::exception& error) {
        err << "cedar: a fault of the program itself: " << error.what() << std::endl;
        return kFailed;
    }
}

}  // namespace cedar::host::app
