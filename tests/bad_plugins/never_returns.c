/* Waits for ever, whatever it is told. */
#include "fixture.h"

#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.never_returns\",\"version\":\"1.0.0\",\"timeout_ms\":200}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    while (pause() != 0) {}
    return CEDAR_INTERNAL;
}

FIXTURE_ENTRY_INVOKE(invoke);
