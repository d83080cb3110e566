/* The smallest component in C: counts the bytes of its input. */
#include <cedar/plugin.h>

#include <stdio.h>

static cedar_status count(const cedar_host *host, cedar_invocation invocation, const cedar_request *request) {
    char text[64];
    cedar_view answer = {text, 0};
    const int size = snprintf(text, sizeof text, "{\"bytes\":%zu}", request->body.size);
    if (size < 0) return cedar_fail(host, invocation, CEDAR_INTERNAL, "internal", "the text could not be written");
    answer.size = (size_t)size;
    return host->answer(host, invocation, answer);
}

CEDAR_C_PLUGIN("{\"manifest\":1,\"abi\":\"1.0\",\"components\":[{"
               "\"id\":\"sample.count\",\"version\":\"1.0.0\",\"summary\":\"Counts the bytes of its input.\","
               "\"output\":{\"type\":\"object\",\"properties\":{\"bytes\":{\"type\":\"integer\"}},"
               "\"required\":[\"bytes\"]}}]}",
               {"sample.count", count});
