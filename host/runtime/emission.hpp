#pragma once
#include "host/core/error.hpp"
#include "host/core/run.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::runtime {

// "progress", "token", "prompt". Thread: any.
[[nodiscard]] std::optional<EmitKind> to_emit_kind(std::string_view kind);

struct Emission {
    std::string shown;  // what the watchers get: of a prompt the messages alone, since a hash is the host's to give
    std::string prompt;  // prompt: the array of messages as JSON, shown as the component's debug prompt; else empty
};

// Whether `body` is what `emit` takes (cedar/abi.h): {"text": string}, or {"messages": [{"role", "content"}]} for a
// prompt. Error invalid_argument; limit above `max_bytes`. Thread: any.
[[nodiscard]] Result<Emission> check_emission(EmitKind kind, std::string_view body, std::size_t max_bytes);

}  // namespace cedar::host::runtime
