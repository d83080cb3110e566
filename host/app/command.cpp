#include "host/app/command.hpp"

#include "host/core/error.hpp"

#include <ostream>

namespace cedar::host::app {

int fail(CommandContext& context, const Error& error, int code) {
    context.err << error.message;
    if (!error.detail.empty()) context.err << " (" << error.detail << ")";
    context.err << std::endl;
    return code;
}

}  // namespace cedar::host::app
