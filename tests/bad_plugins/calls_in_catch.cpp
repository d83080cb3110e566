// Calls a service while it handles an exception, then throws the same one again: each invocation must get back its
// own, whatever others have thrown and caught on the thread meanwhile.
#include "fixture.h"

#include <stdexcept>
#include <string>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.calls_in_catch\",\"version\":\"1.0.0\",\"needs\":[\"test.held\"]}");

static cedar_status invoke(void*, cedar_invocation invocation, const cedar_request* request) {
    try {
        throw std::runtime_error(std::string(request->body.data, request->body.size));
    } catch (const std::exception&) {
        const cedar_call call = {fixture_view("test.held"), request->body};
        cedar_reply reply = {};
        const cedar_status status = fixture_host->call(fixture_host, invocation, &call, 1, &reply);
        if (status != CEDAR_OK) return status;
        throw;
    }
}

extern "C" {
FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, fixture_create, fixture_destroy, invoke, nullptr);
}
