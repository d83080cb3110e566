/* Built for a later minor version of the interface. */
#include "fixture.h"

FIXTURE_MANIFEST("1.1", "{\"id\":\"fixture.newer_minor\",\"version\":\"1.0.0\"}");
FIXTURE_ENTRY_OF(CEDAR_ENTRY_MAGIC, sizeof(cedar_entry), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR + 1, 0, FIXTURE_LIFE,
                 fixture_invoke, NULL);
