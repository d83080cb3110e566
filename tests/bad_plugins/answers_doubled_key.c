/* Answers with one key twice. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.answers_doubled_key\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    return fixture_answer(invocation, "{\"a\":1,\"a\":2}");
}

FIXTURE_ENTRY_INVOKE(invoke);
