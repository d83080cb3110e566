/* Opens 5,000 descriptors, or as many as it gets, and closes none. */
#include "fixture.h"

#include <fcntl.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.leaks_descriptors\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    int count = 0;
    while (count < 5000 && open("/dev/null", O_RDONLY) >= 0) ++count;
    return fixture_answer(invocation, "{\"all\":%s}", count == 5000 ? "true" : "false");
}

FIXTURE_ENTRY_INVOKE(invoke);
