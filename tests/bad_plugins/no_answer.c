/* Says that all is well, and answers nothing. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.no_answer\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    return CEDAR_OK;
}

FIXTURE_ENTRY_INVOKE(invoke);
