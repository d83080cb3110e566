// Lets an exception out of `init`.
#include "fixture.h"

#include <stdexcept>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.init_throws\",\"version\":\"1.0.0\"}");

static cedar_status init(const cedar_host*) {
    throw std::runtime_error("thrown out of init");
}

extern "C" {
FIXTURE_ENTRY_OF(FIXTURE_HEAD, init, fixture_deinit, fixture_create, fixture_destroy, fixture_invoke, nullptr);
}
