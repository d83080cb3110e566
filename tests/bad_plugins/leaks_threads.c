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
    pthread_attr_t small;
    (void)pthread_attr_init(&small);
    (void)pthread_attr_setstacksize(&small, 65536);
    (void)pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < 50; ++i) {
        pthread_t thread;
        if (pthread_create(&thread, &small, wait_for_ever, NULL) != 0) return CEDAR_INTERNAL;
    }
    return fixture_answer(invocation, "{}");
}

FIXTURE_ENTRY_INVOKE(invoke);
