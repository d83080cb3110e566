/* Calls itself until there is no stack left. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.overflows_stack\",\"version\":\"1.0.0\"}");

static int dig(int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return depth == 0 ? 0 : dig(depth + 1) + room[0];
}

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    return dig(1) == 0 ? CEDAR_INTERNAL : fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
