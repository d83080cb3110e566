/* Answers with 100 MB; one of its components minds the refusal, the other does not. */
#include "fixture.h"

#include <stdlib.h>

FIXTURE_MANIFEST("1.0",
                 "{\"id\":\"fixture.answers_huge\",\"version\":\"1.0.0\"},"
                 "{\"id\":\"fixture.answers_huge_and_says_ok\",\"version\":\"1.0.0\"}");

static int says_ok;

static cedar_status create(const cedar_host* host, cedar_invocation scope, cedar_view id, cedar_view config,
                           void** instance) {
    (void)host, (void)scope, (void)config;
    *instance = id.size == sizeof "fixture.answers_huge" - 1 ? NULL : &says_ok;
    return CEDAR_OK;
}

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    cedar_view body = {NULL, 100000000};
    char* bytes = malloc(body.size);
    (void)request;
    if (bytes == NULL) return CEDAR_INTERNAL;
    memset(bytes, 'x', body.size);
    bytes[0] = bytes[body.size - 1] = '"';
    body.data = bytes;
    const cedar_status status = fixture_host->answer(fixture_host, invocation, body);
    free(bytes);
    return instance == &says_ok ? CEDAR_OK : status;
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, create, fixture_destroy, invoke, NULL);
