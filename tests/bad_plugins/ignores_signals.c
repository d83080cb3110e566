/* Ignores every signal that can be ignored, and waits for ever. */
#include "fixture.h"

#include <signal.h>
#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.ignores_signals\",\"version\":\"1.0.0\",\"timeout_ms\":200}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    for (int number = 1; number < 32; ++number) (void)signal(number, SIG_IGN);
    while (pause() != 0) {}
    return CEDAR_INTERNAL;
}

FIXTURE_ENTRY_INVOKE(invoke);
