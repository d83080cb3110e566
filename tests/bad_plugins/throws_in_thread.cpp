// Lets an exception out of a thread of its own.
#include "fixture.h"

#include <stdexcept>
#include <thread>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.throws_in_thread\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void*, cedar_invocation invocation, const cedar_request*) {
    std::thread([] { throw std::runtime_error("nobody catches this"); }).join();
    return fixture_answer(invocation, "{}");
}

extern "C" {
FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, fixture_create, fixture_destroy, invoke, nullptr);
}
