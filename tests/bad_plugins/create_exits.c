/* Ends the process when a component of it is created. */
#include <stdlib.h>

#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.create_exits\",\"version\":\"1.0.0\"}");

static cedar_status create(const cedar_host* host, cedar_invocation scope, cedar_view id, cedar_view config,
                           void** instance) {
    (void)host, (void)scope, (void)id, (void)config, (void)instance;
    exit(9);
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, create, fixture_destroy, fixture_invoke, NULL);
