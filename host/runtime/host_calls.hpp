#pragma once
#include <cedar/abi.h>

#include <cstddef>
#include <string_view>

namespace cedar::host::runtime {

// What the host does for the holder of a token (cedar_invocation): the functions of cedar_host with the token
// resolved. Semantics as in cedar/abi.h. Thread: any, also for those tagged [invocation], which are then refused or
// harmless.
class HostCalls {
public:
    virtual ~HostCalls() = default;

    virtual cedar_status answer(std::string_view) { return CEDAR_STALE; }
    virtual cedar_status fail(std::string_view error) = 0;
    virtual cedar_status call(const cedar_call*, std::size_t, cedar_reply*) { return CEDAR_STALE; }
    virtual cedar_status emit(std::string_view, std::string_view) { return CEDAR_STALE; }
    virtual cedar_status log(cedar_log_level level, std::string_view message) = 0;
    [[nodiscard]] virtual bool is_cancelled() { return false; }

    // The host is stopping.
    virtual void abandon() {}
};

}  // namespace cedar::host::runtime
