/* Answers with bytes that are not UTF-8. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.answers_bad_utf8\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)request;
    return fixture_answer(invocation, "{\"text\":\"\xc3\x28\"}");
}

FIXTURE_ENTRY_INVOKE(invoke);
