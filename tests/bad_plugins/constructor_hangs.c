/* Never comes back from being loaded. */
#include "fixture.h"

#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.constructor_hangs\",\"version\":\"1.0.0\"}");

__attribute__((constructor)) static void hang(void) {
    for (;;) (void)pause();
}

FIXTURE_ENTRY;
