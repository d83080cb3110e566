/* An entry, but no note. */
#include "fixture.h"

FIXTURE_ENTRY;
