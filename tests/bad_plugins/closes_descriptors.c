/* Closes every descriptor of its process. */
#include "fixture.h"

#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.closes_descriptors\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    for (int number = 0; number < 1024; ++number) (void)close(number);
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
