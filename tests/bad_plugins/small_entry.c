/* An entry that says it ends before its required functions. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.small_entry\",\"version\":\"1.0.0\"}");
FIXTURE_ENTRY_OF(CEDAR_ENTRY_MAGIC, 24, CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR, 0, FIXTURE_LIFE, fixture_invoke, NULL);
