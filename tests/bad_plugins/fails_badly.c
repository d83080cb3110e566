/* Fails with a status that nobody knows and an error document that nobody can read. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.fails_badly\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)request;
    (void)fixture_host->fail(fixture_host, invocation, fixture_view("{\"code\":"));
    return 4711;
}

FIXTURE_ENTRY_INVOKE(invoke);
