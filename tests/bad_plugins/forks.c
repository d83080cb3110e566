/* Forks, and leaves the child behind. */
#include "fixture.h"

#include <sys/types.h>
#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.forks\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const pid_t child = fork();
    if (child == 0) {
        for (;;) (void)pause();
    }
    return fixture_answer(invocation, "{\"forked\":%s}", child > 0 ? "true" : "false");
}

FIXTURE_ENTRY_INVOKE(invoke);
