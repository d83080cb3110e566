/* Its `init` never returns. */
#include <unistd.h>

#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.init_hangs\",\"version\":\"1.0.0\"}");

static cedar_status init(const cedar_host* host) {
    int hangs = 1;
    (void)host;
    while (hangs) hangs = sleep(1000) < 2000;
    return CEDAR_OK;
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, init, fixture_deinit, fixture_create, fixture_destroy, fixture_invoke, NULL);
