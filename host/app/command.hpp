#pragma once
#include "host/app/command_line.hpp"
#include "host/app/config.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>

namespace cedar::host {
class Clock;
class Log;
class Redactor;
struct Error;
}  // namespace cedar::host

namespace cedar::host::app {

// How a command ended, as its exit code.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;  // it was understood, and did not come to a good end
inline constexpr int kUsage = 2;   // it could not begin: bad usage, bad configuration, no port, no data directory

// What a command works with.
struct CommandContext {
    const CommandLine& line;
    const Config& config;
    const Redactor& redactor;
    Clock& clock;
    Log& log;
    std::istream& in;
    std::ostream& out;  // what was asked for
    std::ostream& err;  // what a person should know besides
    // How many lines of the log were lost so far; thread: any.
    std::function<std::uint64_t()> lines_lost;
    // Set when a component still holds a thread: the process must then end without running destructors.
    bool abandon = false;
};

// Each returns an exit code. Blocking: until done.
[[nodiscard]] int run_serve(CommandContext& context);
[[nodiscard]] int run_ask(CommandContext& context);
[[nodiscard]] int run_import(CommandContext& context);
[[nodiscard]] int run_components(CommandContext& context);
[[nodiscard]] int run_plugins(CommandContext& context);
[[nodiscard]] int run_inspect(CommandContext& context);
[[nodiscard]] int run_doctor(CommandContext& context);

// Prints the one sentence (and the library's own words, if there are any) and returns `code`.
int fail(CommandContext& context, const Error& error, int code);

}  // namespace cedar::host::app
