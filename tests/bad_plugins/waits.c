/* In order, and slow: sleeps for eight seconds by way of the host, then answers. */
#include "fixture.h"

FIXTURE_MANIFEST(
    "1.0", "{\"id\":\"fixture.waits\",\"version\":\"1.0.0\",\"needs\":[\"timer.sleep\"],\"timeout_ms\":60000}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    const cedar_call wanted = {fixture_view("timer.sleep"), fixture_view("{\"ms\":8000}")};
    cedar_reply reply = {0, 0, {NULL, 0}};
    (void)instance, (void)request;
    const cedar_status status = fixture_host->call(fixture_host, invocation, &wanted, 1, &reply);
    if (status != CEDAR_OK) return status;
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
