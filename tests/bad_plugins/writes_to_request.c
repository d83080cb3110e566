/* Writes to what it may only read. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.writes_to_request\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    memset((char*)(uintptr_t)request->body.data, 'x', request->body.size);
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
