#pragma once
#include "host/runtime/in_process_host.hpp"
#include "host/worker/messages.hpp"

namespace cedar::host::worker {

// The same bounds on both sides of the socket. Thread: any.
[[nodiscard]] inline LimitsMessage to_message(const runtime::InvocationLimits& limits) {
    return {limits.answer_bytes,     limits.error_bytes,      limits.calls_at_once,  limits.call_body_bytes,
            limits.emit_bytes,       limits.emit_bytes_total, limits.log_bytes,      limits.emits_at_once,
            limits.emits_per_second, limits.logs_at_once,     limits.logs_per_second};
}

[[nodiscard]] inline runtime::InvocationLimits to_limits(const LimitsMessage& message) {
    runtime::InvocationLimits limits;
    limits.answer_bytes = message.answer_bytes;
    limits.error_bytes = message.error_bytes;
    limits.calls_at_once = message.calls_at_once;
    limits.call_body_bytes = message.call_body_bytes;
    limits.emit_bytes = message.emit_bytes;
    limits.emit_bytes_total = message.emit_bytes_total;
    limits.emits_at_once = message.emits_at_once;
    limits.emits_per_second = message.emits_per_second;
    limits.log_bytes = message.log_bytes;
    limits.logs_at_once = message.logs_at_once;
    limits.logs_per_second = message.logs_per_second;
    return limits;
}

}  // namespace cedar::host::worker
