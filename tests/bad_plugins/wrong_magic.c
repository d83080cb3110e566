/* Something else under the entry's name. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.wrong_magic\",\"version\":\"1.0.0\"}");
FIXTURE_ENTRY_OF(UINT32_C(0xdeadbeef), sizeof(cedar_entry), 1, 0, 0, FIXTURE_LIFE, fixture_invoke, NULL);
