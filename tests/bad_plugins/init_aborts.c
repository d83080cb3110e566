/* Aborts in `init`. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.init_aborts\",\"version\":\"1.0.0\"}");

static cedar_status init(const cedar_host* host) {
    (void)host;
    abort();
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, init, fixture_deinit, fixture_create, fixture_destroy, fixture_invoke, NULL);
