/* Answers with JSON that its own output schema forbids. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0",
                 "{\"id\":\"fixture.answers_off_schema\",\"version\":\"1.0.0\",\"output\":{\"type\":\"object\","
                 "\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":\"integer\"}}}}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)request;
    return fixture_answer(invocation, "{\"n\":\"many\"}");
}

FIXTURE_ENTRY_INVOKE(invoke);
