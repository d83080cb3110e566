/* Answers with words. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.answers_not_json\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)request;
    return fixture_answer(invocation, "the answer is 42");
}

FIXTURE_ENTRY_INVOKE(invoke);
