/* Changes what belongs to the process: folder, mask, locale, signal handlers. */
#include "fixture.h"

#include <locale.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

FIXTURE_MANIFEST("1.0", "{\"id\":\"fixture.changes_process\",\"version\":\"1.0.0\"}");

static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) {
    (void)instance, (void)invocation, (void)request;
    const int changed = chdir("/") == 0;
    (void)umask(0777);
    (void)setlocale(LC_ALL, "C");
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGTERM, SIG_IGN);
    return fixture_answer(invocation, "{\"changed\":%s}", changed ? "true" : "false");
}

FIXTURE_ENTRY_INVOKE(invoke);
