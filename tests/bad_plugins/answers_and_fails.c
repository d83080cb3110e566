/* Answers, and says afterwards that it failed. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.answers_and_fails\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    (void)fixture_answer(invocation, "{}");
    return CEDAR_UNAVAILABLE;
}

FIXTURE_ENTRY_INVOKE(invoke);
