#include <cedar/plugin.h>

static cedar_status constant(const cedar_host *host, cedar_invocation invocation, const cedar_request *request) {
    (void)request;
    return host->answer(host, invocation, cedar_text("{\"value\":42}"));
}

CEDAR_C_PLUGIN("{\"manifest\":1,\"abi\":\"1.0\",\"components\":[{\"id\":\"acme.constant\",\"version\":\"1.0.0\","
               "\"summary\":\"Answers 42.\"}]}",
               {"acme.constant", constant});
