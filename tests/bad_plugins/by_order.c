/* Does what the request's body says: dies in various ways, never comes back, or tries what a sandbox forbids. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

FIXTURE_MANIFEST(
    "1.0",
    "{\"id\":\"fixture.by_order\",\"version\":\"1.0.0\",\"needs\":[\"test.held\"],\"timeout_ms\":60000},"
    "{\"id\":\"fixture.by_order_blocking\",\"version\":\"1.0.0\",\"execution\":\"blocking\","
    "\"needs\":[\"test.held\"],\"timeout_ms\":60000}");

static int is(const cedar_request* request, const char* order) {
    char text[64];
    (void)snprintf(text, sizeof text, "{\"do\":\"%s\"}", order);
    return request->body.size == strlen(text) && memcmp(request->body.data, text, strlen(text)) == 0;
}

static void die(const cedar_request* request) {
    volatile int* nowhere = NULL;
    if (is(request, "abort")) abort();
    if (is(request, "segv")) *nowhere = 1;
    if (is(request, "exit")) exit(7);
    if (is(request, "close")) {
        for (int i = 0; i < 64; ++i) (void)close(i);
    }
    if (is(request, "nonsense")) {
        for (int i = 3; i < 64; ++i) (void)!write(i, "this is not a message of any kind", 33);
    }
    while (is(request, "spin")) {}
    while (is(request, "sleep")) (void)sleep(1000);
}

static cedar_status try_socket(cedar_invocation invocation) {
    const int made = socket(AF_INET, SOCK_STREAM, 0);
    const int error = made < 0 ? errno : 0;
    if (made >= 0) (void)close(made);
    return fixture_answer(invocation, "{\"error\":%d}", error);
}

static cedar_status try_fork(cedar_invocation invocation) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) (void)waitpid(child, NULL, 0);
    return fixture_answer(invocation, "{\"error\":%d}", child < 0 ? errno : 0);
}

static cedar_status try_open(cedar_invocation invocation) {
    const int made = open("/", O_RDONLY);
    const int error = made < 0 ? errno : 0;
    if (made >= 0) (void)close(made);
    return fixture_answer(invocation, "{\"error\":%d}", error);
}

static cedar_status try_write(cedar_invocation invocation) {
    char path[512];
    const char* folder = getenv("TMPDIR");
    (void)snprintf(path, sizeof path, "%s/note", folder == NULL ? "/nonexistent" : folder);
    FILE* file = fopen(path, "w");
    if (file == NULL) return fixture_answer(invocation, "{\"error\":%d}", errno);
    (void)fclose(file);
    return fixture_answer(invocation, "{\"error\":0}");
}

static cedar_status ask(cedar_invocation invocation, const char* service) {
    const cedar_call call = {fixture_view(service), fixture_view("{\"q\":1}")};
    cedar_reply reply = {0};
    const cedar_status status = fixture_host->call(fixture_host, invocation, &call, 1, &reply);
    if (status != CEDAR_OK) return status;
    if (reply.status != CEDAR_OK) return reply.status;
    return fixture_host->answer(fixture_host, invocation, reply.body);
}

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance;
    die(request);
    if (is(request, "socket")) return try_socket(invocation);
    if (is(request, "fork")) return try_fork(invocation);
    if (is(request, "open")) return try_open(invocation);
    if (is(request, "write")) return try_write(invocation);
    if (is(request, "ask")) return ask(invocation, "test.held");
    if (is(request, "ask_denied")) return ask(invocation, "test.secret");
    if (is(request, "emit")) {
        (void)fixture_host->emit(fixture_host, invocation, fixture_view("progress"),
                                 fixture_view("{\"text\":\"half\"}"));
        (void)fixture_host->log(fixture_host, invocation, CEDAR_LOG_WARN, fixture_view("a line"));
        (void)puts("said aloud");
        (void)fflush(stdout);
    }
    if (is(request, "key")) return fixture_answer(invocation, "{\"key\":%d}", getenv("CEDAR_TEST_KEY") != NULL);
    if (is(request, "until_cancelled")) {
        while (!fixture_host->is_cancelled(fixture_host, invocation)) (void)sched_yield();
        return CEDAR_CANCELLED;
    }
    return fixture_host->answer(fixture_host, invocation, request->body);
}

FIXTURE_ENTRY_INVOKE(invoke);
