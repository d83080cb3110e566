/* Never comes back when an instance is made. */
#include "fixture.h"

#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.create_hangs\",\"version\":\"1.0.0\"}");

static cedar_status create(const cedar_host* host, cedar_invocation scope, cedar_view id, cedar_view config,
                           void** instance) {
    (void)host, (void)scope, (void)id, (void)config, (void)instance;
    while (pause() != 0) {}
    return CEDAR_INTERNAL;
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, create, fixture_destroy, fixture_invoke, NULL);
