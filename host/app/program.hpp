#pragma once
#include <iosfwd>
#include <string>
#include <vector>

namespace cedar::host::app {

// The program `cedar`: reads the command line and the configuration, opens the log, carries out the command.
// `arguments` without the program's name. Returns the exit code; does not return when a component holds a thread
// that cannot be ended. Thread: one, the process's first. Blocking: until the command is done.
[[nodiscard]] int run_program(std::vector<std::string> arguments, std::istream& in, std::ostream& out,
                              std::ostream& err);

}  // namespace cedar::host::app
