/* In order: asks for a service that it has declared. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.asks\",\"version\":\"1.0.0\",\"needs\":[\"timer.sleep\"]}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    const cedar_call wanted = {fixture_view("timer.sleep"), fixture_view("{\"ms\":1}")};
    cedar_reply reply = {0, 0, {NULL, 0}};
    (void)instance, (void)request;
    const cedar_status status = fixture_host->call(fixture_host, invocation, &wanted, 1, &reply);
    if (status != CEDAR_OK) return status;
    if (reply.status != CEDAR_OK) return reply.status;
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
