/* Aborts in `deinit`. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.deinit_aborts\",\"version\":\"1.0.0\"}");

static void deinit(void) {
    abort();
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, deinit, fixture_create, fixture_destroy, fixture_invoke, NULL);
