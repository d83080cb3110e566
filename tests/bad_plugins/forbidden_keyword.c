/* A schema keyword that the host would not enforce. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0",
                 "{\"id\":\"fixture.forbidden_keyword\",\"version\":\"1.0.0\",\"output\":{\"type\":\"object\","
                 "\"properties\":{\"n\":{\"const\":1}}}}");
FIXTURE_ENTRY;
