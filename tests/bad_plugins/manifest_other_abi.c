/* The manifest and the entry do not agree on the version of the interface. */
#include "fixture.h"

FIXTURE_MANIFEST("1.7", "{\"id\":\"fixture.manifest_other_abi\",\"version\":\"1.0.0\"}");
FIXTURE_ENTRY;
