/* Asks for a service that it has not declared. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.asks_unneeded\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const cedar_call wanted = {fixture_view("timer.sleep"), fixture_view("{\"ms\":1}")};
    cedar_reply reply = {0, 0, {NULL, 0}};
    const cedar_status status = fixture_host->call(fixture_host, invocation, &wanted, 1, &reply);
    return status != CEDAR_OK ? status : reply.status;
}

FIXTURE_ENTRY_INVOKE(invoke);
