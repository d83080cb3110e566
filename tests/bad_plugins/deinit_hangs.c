/* Never comes back from `deinit`. */
#include "fixture.h"

#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.deinit_hangs\",\"version\":\"1.0.0\"}");

static void deinit(void) {
    for (;;) (void)pause();
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, deinit, fixture_create, fixture_destroy, fixture_invoke, NULL);
