/* Nothing is wrong with it: the others are measured against this one, and the mangled ones are made of it. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.good\",\"version\":\"1.0.0\",\"summary\":\"Answers with {}.\"}");
FIXTURE_ENTRY;
