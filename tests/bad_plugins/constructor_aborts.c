/* Takes the process down as soon as it is loaded: it can be inspected all the same. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.constructor_aborts\",\"version\":\"1.0.0\"}");

__attribute__((constructor)) static void take_it_down(void) {
    abort();
}

FIXTURE_ENTRY;
