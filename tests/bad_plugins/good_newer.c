/* A higher version of the good one's component. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.good\",\"version\":\"1.1.0\"}");
FIXTURE_ENTRY;
