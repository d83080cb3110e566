/* Gives the host's memory back. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.frees_request\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    void* volatile body = (void*)(uintptr_t)(request->body.data + 16);
    free(body);
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
