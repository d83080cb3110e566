/* Answers twice, and does not look at what it is told. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.answers_twice\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)request;
    (void)fixture_answer(invocation, "{\"answer\":1}");
    (void)fixture_answer(invocation, "{\"answer\":2}");
    return CEDAR_OK;
}

FIXTURE_ENTRY_INVOKE(invoke);
