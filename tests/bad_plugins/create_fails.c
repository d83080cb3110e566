/* Refuses its configuration, and does not say why. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.create_fails\",\"version\":\"1.0.0\"}");

static cedar_status create(const cedar_host* host, cedar_invocation scope, cedar_view id, cedar_view config,
                           void** instance) {
    (void)host, (void)scope, (void)id, (void)config, (void)instance;
    return CEDAR_INVALID_CONFIG;
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, create, fixture_destroy, fixture_invoke, NULL);
