/* Aborts in `invoke`. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.aborts\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    abort();
}

FIXTURE_ENTRY_INVOKE(invoke);
