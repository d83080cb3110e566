/* Built for a later major version of the interface. */
#include "fixture.h"

FIXTURE_MANIFEST("2.0", "{\"id\":\"fixture.newer_major\",\"version\":\"1.0.0\"}");
FIXTURE_ENTRY_OF(CEDAR_ENTRY_MAGIC, sizeof(cedar_entry), CEDAR_ABI_MAJOR + 1, 0, 0, FIXTURE_LIFE, fixture_invoke,
                 NULL);
