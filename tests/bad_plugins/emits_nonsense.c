/* Emits what is no emission, and says what it was told. */
#include "fixture.h"

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.emits_nonsense\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const cedar_status kind =
        fixture_host->emit(fixture_host, invocation, fixture_view("no kind"), fixture_view("{}"));
    const cedar_status json =
        fixture_host->emit(fixture_host, invocation, fixture_view("progress"), fixture_view("{"));
    const cedar_status text =
        fixture_host->emit(fixture_host, invocation, fixture_view("progress"), fixture_view("{\"text\":\"\xff\"}"));
    return fixture_answer(invocation, "{\"kind\":%d,\"json\":%d,\"text\":%d}", kind, json, text);
}

FIXTURE_ENTRY_INVOKE(invoke);
