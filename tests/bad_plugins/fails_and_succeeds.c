/* Says what went wrong, and returns as if nothing had. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.fails_and_succeeds\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    (void)fixture_host->fail(fixture_host, invocation, fixture_view("{\"message\":\"it went wrong\"}"));
    return CEDAR_OK;
}

FIXTURE_ENTRY_INVOKE(invoke);
