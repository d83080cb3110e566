/* Asks for a thousand things at once, and says what it was told. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.calls_too_many\",\"version\":\"1.0.0\",\"needs\":[\"timer.sleep\"]}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    static cedar_call wanted[1000];
    static cedar_reply replies[1000];
    for (int i = 0; i < 1000; ++i) {
        wanted[i].service = fixture_view("timer.sleep");
        wanted[i].body = fixture_view("{\"ms\":1}");
    }
    return fixture_answer(invocation, "{\"status\":%d}",
                          fixture_host->call(fixture_host, invocation, wanted, 1000, replies));
}

FIXTURE_ENTRY_INVOKE(invoke);
