/* Aborts when an instance is destroyed. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.destroy_aborts\",\"version\":\"1.0.0\"}");

static void destroy(void* instance) {
    (void)instance;
    abort();
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, fixture_create, destroy, fixture_invoke, NULL);
