/* Writes nonsense into every descriptor that is not its own. */
#include "fixture.h"

#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.speaks_nonsense\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    for (int number = 3; number < 64; ++number) {
        if (write(number, "nonsense, nonsense, nonsense, nonsense", 38) < 0) continue;
    }
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
