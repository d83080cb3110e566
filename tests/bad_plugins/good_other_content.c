/* The id and version of the good one, but not its content. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.good\",\"version\":\"1.0.0\",\"summary\":\"Another one.\"}");
FIXTURE_ENTRY;
