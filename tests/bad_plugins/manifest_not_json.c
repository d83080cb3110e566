/* The note holds something else. */
#include "fixture.h"

FIXTURE_NOTE(fixture_note, "id = fixture.manifest_not_json");
FIXTURE_ENTRY;
