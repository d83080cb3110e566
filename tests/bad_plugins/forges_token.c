/* Answers for an invocation that is not its own, then for its own. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.forges_token\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    cedar_invocation other = invocation;
    other.id += 1;
    const cedar_status next = fixture_answer(other, "{\"stolen\":true}");
    other = invocation;
    other.generation ^= 1;
    const cedar_status before = fixture_answer(other, "{\"stolen\":true}");
    return fixture_answer(invocation, "{\"next\":%d,\"before\":%d}", next, before);
}

FIXTURE_ENTRY_INVOKE(invoke);
