/* Answers with a hundred thousand brackets. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.answers_deep\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    static char brackets[200001];
    memset(brackets, '[', 100000);
    memset(brackets + 100000, ']', 100000);
    (void)fixture_host->answer(fixture_host, invocation, fixture_view(brackets));
    return CEDAR_OK;
}

FIXTURE_ENTRY_INVOKE(invoke);
