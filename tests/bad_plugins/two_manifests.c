/* Two notes: which one counts? */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.first_note\",\"version\":\"1.0.0\"}");
FIXTURE_NOTE(second_note, "{\"manifest\":1,\"abi\":\"1.0\",\"components\":[]}");
FIXTURE_ENTRY;
