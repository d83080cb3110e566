/* Two components, one of which good_newer has in a higher version. */
#include "fixture.h"

FIXTURE_MANIFEST(
    "1.0", "{\"id\":\"fixture.good\",\"version\":\"0.9.0\"},{\"id\":\"fixture.second\",\"version\":\"2.0.0\"}");
FIXTURE_ENTRY;
