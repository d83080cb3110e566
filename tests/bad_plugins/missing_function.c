/* The entry lacks a required function. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.missing_function\",\"version\":\"1.0.0\"}");
FIXTURE_ENTRY_OF(FIXTURE_HEAD, FIXTURE_LIFE, NULL, NULL);
