// Lets an exception out of `invoke`: one that says what it is, and one that does not.
#include "fixture.h"

#include <stdexcept>

FIXTURE_MANIFEST("1.0",
                 "{\"id\":\"fixture.throws\",\"version\":\"1.0.0\"},"
                 "{\"id\":\"fixture.throws_number\",\"version\":\"1.0.0\"}");

static bool number_instance;

static cedar_status create(const cedar_host*, cedar_invocation, cedar_view id, cedar_view, void** instance) {
    *instance = id.size == sizeof "fixture.throws" - 1 ? nullptr : &number_instance;
    return CEDAR_OK;
}

static cedar_status invoke(void* instance, cedar_invocation, const cedar_request*) {
    if (instance == &number_instance) throw 42;
    throw std::runtime_error("thrown out of \"invoke\"");
}

extern "C" {
FIXTURE_ENTRY_OF(FIXTURE_HEAD, fixture_init, fixture_deinit, create, fixture_destroy, invoke, nullptr);
}
