/* Writes to no address. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.segfaults\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    *(volatile int*)(uintptr_t)(request->body.size & 0) = 1;
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
