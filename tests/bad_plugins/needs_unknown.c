/* Needs a service that no host has, and asks for it. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.needs_unknown\",\"version\":\"1.0.0\",\"needs\":[\"no.such\"]}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const cedar_call wanted = {fixture_view("no.such"), fixture_view("{}")};
    cedar_reply reply = {0, 0, {NULL, 0}};
    const cedar_status status = fixture_host->call(fixture_host, invocation, &wanted, 1, &reply);
    return status != CEDAR_OK ? status : reply.status;
}

FIXTURE_ENTRY_INVOKE(invoke);
