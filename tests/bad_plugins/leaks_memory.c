/* Takes 16 GiB, or as much as it gets, and gives none back. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.leaks_memory\",\"version\":\"1.0.0\",\"timeout_ms\":60000}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const size_t piece = (size_t)16 << 20;
    int pieces = 0;
    for (; pieces < 1024; ++pieces) {
        volatile char* memory = malloc(piece);
        if (memory == NULL) break;
        for (size_t at = 0; at < piece; at += 4096) memory[at] = 1;
    }
    return fixture_answer(invocation, "{\"all\":%s}", pieces == 1024 ? "true" : "false");
}

FIXTURE_ENTRY_INVOKE(invoke);
