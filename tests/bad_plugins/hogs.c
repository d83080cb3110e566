/* Declares itself async, computes for 50 ms without letting go of its thread, then answers. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.hogs\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    const int64_t end = fixture_time_ns(CLOCK_THREAD_CPUTIME_ID) + INT64_C(50000000);
    (void)instance, (void)request;
    while (fixture_time_ns(CLOCK_THREAD_CPUTIME_ID) < end) {}
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
