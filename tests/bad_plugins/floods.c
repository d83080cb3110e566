/* Emits and logs 10,000 times each; answers how often that was taken and how often refused. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.floods\",\"version\":\"1.0.0\",\"timeout_ms\":60000}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    const int count = 10000;
    int emits = 0, logs = 0, others = 0;
    (void)instance, (void)request;
    for (int i = 0; i < count; ++i) {
        const cedar_status emit = fixture_host->emit(fixture_host, invocation, fixture_view("progress"),
                                                     fixture_view("{\"text\":\"flood\"}"));
        const cedar_status log = fixture_host->log(fixture_host, invocation, CEDAR_LOG_INFO, fixture_view("flood"));
        emits += emit == CEDAR_OK;
        logs += log == CEDAR_OK;
        others += emit != CEDAR_OK && emit != CEDAR_LIMIT;
        others += log != CEDAR_OK && log != CEDAR_LIMIT;
    }
    return fixture_answer(invocation, "{\"emits\":%d,\"logs\":%d,\"others\":%d}", emits, logs, others);
}

FIXTURE_ENTRY_INVOKE(invoke);
