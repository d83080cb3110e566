/* Computes for ever, whatever it is told. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.spins_forever\",\"version\":\"1.0.0\",\"timeout_ms\":200}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    for (volatile int on = 1; on;) {}
    return CEDAR_INTERNAL;
}

FIXTURE_ENTRY_INVOKE(invoke);
