/* Writes 8 MB to standard output and standard error. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.floods_output\",\"version\":\"1.0.0\",\"timeout_ms\":30000}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    for (int i = 0; i < 8192; ++i) {
        (void)fprintf(i % 2 == 0 ? stdout : stderr, "%01023d\n", i);
    }
    (void)fflush(stdout);
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
