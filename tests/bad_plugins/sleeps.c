/* Sleeps in the system until 300 ms past its deadline, whatever it is told; on a shared thread or on one of its
 * own. */
#include "fixture.h"

FIXTURE_MANIFEST(
    "1.0",
    "{\"id\":\"fixture.sleeps\",\"version\":\"1.0.0\",\"timeout_ms\":100},"
    "{\"id\":\"fixture.sleeps_blocking\",\"version\":\"1.0.0\",\"execution\":\"blocking\",\"timeout_ms\":100}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    const int64_t until = request->deadline_ns + INT64_C(300000000);
    const struct timespec end = {until / INT64_C(1000000000), until % INT64_C(1000000000)};
    (void)instance;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) != 0) {}
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
