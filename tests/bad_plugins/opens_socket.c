/* Opens a socket to the world. */
#include "fixture.h"

#include <sys/socket.h>
#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.opens_socket\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const int number = socket(AF_INET, SOCK_STREAM, 0);
    if (number >= 0) (void)close(number);
    return fixture_answer(invocation, "{\"opened\":%s}", number >= 0 ? "true" : "false");
}

FIXTURE_ENTRY_INVOKE(invoke);
