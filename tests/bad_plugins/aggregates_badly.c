/* Aggregators that show a prompt and then fail, each in a way of its own. */
#include "fixture.h"

#include <stdlib.h>

#define BADLY(name) "{\"id\":\"fixture.final_" name "\",\"version\":\"1.0.0\",\"role\":\"aggregator\"}"
FIXTURE_MANIFEST("1.0", BADLY("aborts") "," BADLY("empty") "," BADLY("fails") "," BADLY("late") "," /**/
                 BADLY("other") "," BADLY("silent") "," BADLY("words"));

static int is(const char* id, const char* what) {
    return strcmp(id, what) == 0;
}

/* The instance is what follows "fixture.final_" in the id. */
static cedar_status create(const cedar_host* host, cedar_invocation scope, cedar_view id, cedar_view config,
                           void** instance) {
    const size_t prefix = sizeof "fixture.final_" - 1, size = id.size - prefix;
    char* name = calloc(1, size + 1);
    (void)host, (void)scope, (void)config;
    if (name == NULL) return CEDAR_LIMIT;
    memcpy(name, id.data + prefix, size);
    *instance = name;
    return CEDAR_OK;
}

static void destroy(void* instance) {
    free(instance);
}

static cedar_status past_the_deadline(cedar_invocation invocation, const cedar_request* request) {
    const int64_t until = request->deadline_ns + INT64_C(300000000);
    const struct timespec end = {until / INT64_C(1000000000), until % INT64_C(1000000000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) != 0) {}
    return fixture_answer(invocation, "{\"function\":\"final\",\"args\":{\"text\":\"too late\"}}");
}

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    const char* id = instance;
    (void)fixture_host->emit(fixture_host, invocation, fixture_view("prompt"),
                             fixture_view("{\"messages\":[{\"role\":\"user\",\"content\":\"end badly\"}]}"));
    if (is(id, "aborts")) abort();
    if (is(id, "empty")) return fixture_answer(invocation, "{\"function\":\"final\",\"args\":{\"text\":\" \"}}");
    if (is(id, "late")) return past_the_deadline(invocation, request);
    if (is(id, "other")) return fixture_answer(invocation, "{\"function\":\"web\",\"args\":{\"text\":\"x\"}}");
    if (is(id, "silent")) return CEDAR_OK;
    if (is(id, "words")) return fixture_answer(invocation, "the answer is 42");
    (void)fixture_host->fail(fixture_host, invocation,
                             fixture_view("{\"code\":\"tired\",\"message\":\"not today\"}"));
    return CEDAR_UNAVAILABLE;
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, create, destroy, invoke, NULL);
