/* Built for a later major version, whose entry has another name. */
#include "fixture.h"

FIXTURE_MANIFEST("2.0", "{\"id\":\"fixture.next_entry\",\"version\":\"1.0.0\"}");
FIXTURE_EXPORT extern const cedar_entry cedar_entry_v2;
const cedar_entry cedar_entry_v2 = {CEDAR_ENTRY_MAGIC, sizeof(cedar_entry), 2,   0, 0,
                                    FIXTURE_LIFE,      fixture_invoke,      NULL};
