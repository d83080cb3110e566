/* Kills its own process. */
#include "fixture.h"

#include <signal.h>
#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.kills_itself\",\"version\":\"1.0.0\",\"timeout_ms\":10000}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    (void)kill(getpid(), SIGKILL);
    while (pause() != 0) {}
    return CEDAR_INTERNAL;
}

FIXTURE_ENTRY_INVOKE(invoke);
