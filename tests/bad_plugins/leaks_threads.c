/* Leaves 50 threads behind that never end. */
#include "fixture.h"

#include <pthread.h>
#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.leaks_threads\",\"version\":\"1.0.0\"}");

static void* wait_for_ever(void* nothing) {
    (void)nothing;
    while (pause() != 0) {}
    return NULL;
}

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    for (int i = 0; i < 50; ++i) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0) return CEDAR_INTERNAL;
        (void)pthread_detach(thread);
    }
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
