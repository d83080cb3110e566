/* Refuses to start, and says why in the log. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.init_fails\",\"version\":\"1.0.0\"}");

static cedar_status init(const cedar_host* host) {
    const cedar_invocation none = {0, 0};
    host->log(host, none, CEDAR_LOG_ERROR, fixture_view("no licence found"));
    return CEDAR_UNAVAILABLE;
}

static void deinit(void) {
    __builtin_trap(); /* an `init` that failed has no `deinit` */
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, init, deinit, fixture_create, fixture_destroy, fixture_invoke, NULL);
