/* An aggregator in order: its final says how many candidates it was told of. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.aggregates\",\"version\":\"1.0.0\",\"role\":\"aggregator\"}");

static int count(const char* text, const char* end, const char* what) {
    const size_t size = strlen(what);
    int found = 0;
    for (; text + size <= end; ++text) found += memcmp(text, what, size) == 0;
    return found;
}

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    const char* end = request->body.data + request->body.size;
    (void)instance;
    return fixture_answer(invocation, "{\"function\":\"final\",\"args\":{\"text\":\"%d of %d\"}}",
                          count(request->body.data, end, "\"ok\":true"), count(request->body.data, end, "\"ok\":"));
}

FIXTURE_ENTRY_INVOKE(invoke);
