/* A manifest, but no exported entry. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.no_entry\",\"version\":\"1.0.0\"}");
