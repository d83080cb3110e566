/* Leaves a thread behind that goes on using the invocation after its end; what it is told goes to the log. */
#include "fixture.h"

#include <pthread.h>
#include <sched.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.stray_thread\",\"version\":\"1.0.0\",\"needs\":[\"test.held\"]}");

static pthread_t stray;
static cedar_invocation used;
static int started;

static void* use_it_late(void* nothing) {
    const cedar_invocation none = {0, 0};
    const cedar_call request = {fixture_view("test.held"), fixture_view("{}")};
    cedar_reply reply = {0, 0, {NULL, 0}};
    while (!fixture_host->is_cancelled(fixture_host, used)) sched_yield(); /* 1 once it is over */
    char line[128];
    const int answer = fixture_answer(used, "{\"late\":true}");
    const int fail = fixture_host->fail(fixture_host, used, fixture_view("{}"));
    const int call = fixture_host->call(fixture_host, used, &request, 1, &reply);
    const int emit =
        fixture_host->emit(fixture_host, used, fixture_view("progress"), fixture_view("{\"text\":\"late\"}"));
    const int log = fixture_host->log(fixture_host, used, CEDAR_LOG_INFO, fixture_view("late"));
    snprintf(line, sizeof line, "stray: answer %d fail %d call %d emit %d log %d", answer, fail, call, emit, log);
    (void)fixture_host->log(fixture_host, none, CEDAR_LOG_INFO, fixture_view(line));
    return nothing;
}

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)request;
    if (!started) {
        used = invocation;
        if (pthread_create(&stray, NULL, use_it_late, NULL) != 0) return CEDAR_INTERNAL;
        started = 1;
    }
    return fixture_answer(invocation, "{}");
}

static void destroy(void* instance) {
    (void)instance;
    if (started) pthread_join(stray, NULL);
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, fixture_create, destroy, invoke, NULL);
