/* In order; logs each `init` and `deinit`, so that a test can count them. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.init_counts\",\"version\":\"1.0.0\"}");

static void say(const char* text) {
    const cedar_invocation none = {0, 0};
    fixture_host->log(fixture_host, none, CEDAR_LOG_INFO, fixture_view(text));
}

static cedar_status init(const cedar_host* host) {
    fixture_host = host;
    say("init");
    return CEDAR_OK;
}

static void deinit(void) {
    say("deinit");
}

FIXTURE_ENTRY_OF(FIXTURE_HEAD, init, deinit, fixture_create, fixture_destroy, fixture_invoke, NULL);
