/* Answers with no bytes at all. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.answers_nothing\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const cedar_view nothing = {NULL, 0};
    (void)fixture_host->answer(fixture_host, invocation, nothing);
    return CEDAR_OK;
}

FIXTURE_ENTRY_INVOKE(invoke);
