/* A component that does nothing, in a library of its own. */
#include <cedar/plugin.h>

static cedar_status noop(const cedar_host* host, cedar_invocation invocation, const cedar_request* request) {
    (void)request;
    return host->answer(host, invocation, cedar_text("{\"value\":1}"));
}

CEDAR_C_PLUGIN(
    "{\"manifest\":1,\"abi\":\"1.0\",\"components\":[{"
    "\"id\":\"bench.noop0000\",\"version\":\"1.0.0\",\"summary\":\"Does nothing.\","
    "\"input\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},"
    "\"required\":[\"text\"]},"
    "\"output\":{\"type\":\"object\",\"properties\":{\"value\":{\"type\":\"integer\"}},"
    "\"required\":[\"value\"]}}]}",
    {"bench.noop0000", noop});
