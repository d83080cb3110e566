/* Computes until 300 ms past its deadline, whatever it is told. */
#include "fixture.h"

FIXTURE_MANIFEST(
    "1.0",
    "{\"id\":\"fixture.spins\",\"version\":\"1.0.0\",\"timeout_ms\":100},"
    "{\"id\":\"fixture.spins_blocking\",\"version\":\"1.0.0\",\"execution\":\"blocking\",\"timeout_ms\":100}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance;
    while (fixture_time_ns(CLOCK_MONOTONIC) < request->deadline_ns + INT64_C(300000000)) {}
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
