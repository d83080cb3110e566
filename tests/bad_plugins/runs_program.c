/* Runs another program. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.runs_program\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const int code = system("exit 7");
    return fixture_answer(invocation, "{\"ran\":%s}", code == 7 << 8 ? "true" : "false");
}

FIXTURE_ENTRY_INVOKE(invoke);
