/* Needs a function that nobody has. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.missing_symbol\",\"version\":\"1.0.0\"}");
extern cedar_status cedar_fixture_nowhere(const cedar_host* host);
FIXTURE_ENTRY_OF(FIXTURE_HEAD, cedar_fixture_nowhere, fixture_deinit, fixture_create, fixture_destroy,
                 fixture_invoke, NULL);
