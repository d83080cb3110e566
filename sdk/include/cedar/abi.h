/* cedar/abi.h: the whole boundary between a host and a component library.
 *
 * C11, the C library only; also compiles as C17 and C++20. Nothing but the types
 * below crosses: no exception, no C++ library type, no memory to be freed by the other side.
 *
 * A library exports one constant data symbol, CEDAR_ENTRY_SYMBOL, and carries its
 * manifest (JSON, UTF-8) as an ELF note (CEDAR_NOTE_NAME, CEDAR_NOTE_TYPE), so that a
 * host can read what the library holds, and check the entry, before it runs any of its code.
 *
 * Growth: a struct with `struct_size` may get fields at its end in a later minor
 * version. Its reader takes min(struct_size, sizeof) bytes; an absent field reads as zero,
 * and zero means "not there". Structs without `struct_size` are frozen for this major version.
 *
 * Thread tags: [any] any thread at any time; [invocation] only the context that runs
 * `invoke`, before it returns; [control] one thread at a time, never while an invocation
 * of that instance runs; [host] called by the host from a thread of its choice.
 */
#ifndef CEDAR_ABI_H
#define CEDAR_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CEDAR_ABI_MAJOR 1 /* equal on both sides, or the library is refused */
#define CEDAR_ABI_MINOR 0 /* the library's must not be above the host's */
#define CEDAR_ENTRY_MAGIC UINT32_C(0x52444543) /* "CEDR" in memory, little endian */
#define CEDAR_ENTRY_SYMBOL "cedar_entry_v1"
#define CEDAR_NOTE_NAME "cedar"
#define CEDAR_NOTE_TYPE 1
#define CEDAR_MANIFEST_MAX_BYTES 65536

/* Borrowed bytes. `data` is not NUL-terminated and may be null when `size` is 0.
 * Who lends them, and for how long, is said where a view is passed. */
typedef struct cedar_view {
    const char *data;
    size_t size;
} cedar_view;

/* Names one invocation. A value, never a pointer: used after the invocation has ended it is
 * answered CEDAR_STALE and counted, nothing worse. {0, 0} names no invocation. */
typedef struct cedar_invocation {
    uint64_t id;
    uint64_t generation;
} cedar_invocation;

/* Open set: a reader takes a value it does not know as CEDAR_INTERNAL. */
typedef int32_t cedar_status;
enum {
    CEDAR_OK = 0,
    CEDAR_INTERNAL = 1,         /* a fault of the side that answers */
    CEDAR_INVALID_ARGUMENT = 2, /* the body is not what was asked for */
    CEDAR_INVALID_CONFIG = 3,   /* `create` refuses the configuration */
    CEDAR_NOT_FOUND = 4,        /* no such component, service, prompt, row */
    CEDAR_DENIED = 5,           /* a service that the manifest does not list, or policy forbids */
    CEDAR_UNSUPPORTED = 6,      /* this host has no such service */
    CEDAR_CANCELLED = 7,        /* the invocation was cancelled */
    CEDAR_DEADLINE = 8,         /* the invocation is past its deadline */
    CEDAR_LIMIT = 9,            /* too large, too many, too fast */
    CEDAR_STALE = 10,           /* the invocation has ended, or never was */
    CEDAR_UNAVAILABLE = 11,     /* may work later: a peer is down */
    CEDAR_ALREADY = 12          /* a second answer */
};

typedef int32_t cedar_log_level;
enum { CEDAR_LOG_DEBUG = 0, CEDAR_LOG_INFO = 1, CEDAR_LOG_WARN = 2, CEDAR_LOG_ERROR = 3 };

/* What one invocation is asked. Lent by the host until `invoke` returns. */
typedef struct cedar_request {
    uint32_t struct_size;
    uint32_t reserved;   /* zero */
    cedar_view body;     /* JSON, UTF-8, valid against the component's input schema */
    int64_t deadline_ns; /* absolute, CLOCK_MONOTONIC nanoseconds */
} cedar_request;

/* One request to a service. Frozen. Lent by the component until `call` returns. */
typedef struct cedar_call {
    cedar_view service; /* such as "store.search" */
    cedar_view body;    /* JSON, UTF-8 */
} cedar_call;

/* What a service replied. Frozen. */
typedef struct cedar_reply {
    cedar_status status;
    uint32_t reserved; /* zero */
    cedar_view body;   /* CEDAR_OK: the reply; else {"code","message","detail","retryable"}.
                          Lent by the host until the next `call` of this invocation or its end */
} cedar_reply;

/* What the host offers. Lent by the host from `init` until `deinit` has returned.
 * Every function takes the same `host` as its first argument. */
typedef struct cedar_host cedar_host;
struct cedar_host {
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;

    /* Gives the one answer; the host copies `body` before it returns.
     * CEDAR_OK; CEDAR_ALREADY: second answer, ignored; CEDAR_LIMIT: too large, nothing taken,
     * another may be given; CEDAR_STALE. [invocation] */
    cedar_status (*answer)(const cedar_host *host, cedar_invocation invocation, cedar_view body);

    /* Says why `invoke` (or `create`) is about to return an error:
     * {"code": string, "message": string, "detail"?: string, "retryable"?: bool}. The last one counts.
     * CEDAR_OK, CEDAR_LIMIT, CEDAR_STALE. [invocation] */
    cedar_status (*fail)(const cedar_host *host, cedar_invocation invocation, cedar_view error);

    /* Asks for `count` services at once and suspends the invocation until all have
     * replied. `replies` has room for `count` and is written whole unless CEDAR_STALE or CEDAR_LIMIT.
     * CEDAR_OK: every reply has a status of its own; CEDAR_CANCELLED, CEDAR_DEADLINE: at once,
     * every time, each reply has that status: unwind; CEDAR_LIMIT: count above the host's bound
     * [64]; CEDAR_STALE. [invocation] */
    cedar_status (*call)(const cedar_host *host, cedar_invocation invocation, const cedar_call *requests,
                         size_t count, cedar_reply *replies);

    /* Tells the watchers of the run something before the end. `kind` is "progress"
     * ({"text": string}), "token" ({"text": string}) or "prompt" ({"messages": [{"role","content"}]}:
     * shown as this component's debug prompt). CEDAR_OK, CEDAR_INVALID_ARGUMENT: unknown kind or
     * broken body; CEDAR_LIMIT: too fast or too large, dropped; CEDAR_STALE. [any] */
    cedar_status (*emit)(const cedar_host *host, cedar_invocation invocation, cedar_view kind,
                         cedar_view body);

    /* One line for the operator. `invocation` may be {0, 0}. CEDAR_OK, CEDAR_LIMIT, CEDAR_STALE. [any] */
    cedar_status (*log)(const cedar_host *host, cedar_invocation invocation, cedar_log_level level,
                        cedar_view message);

    /* 1: cancelled, past its deadline or over: stop. 0: go on. [any] */
    int32_t (*is_cancelled)(const cedar_host *host, cedar_invocation invocation);
};

/* What a library offers; the type of the exported constant `cedar_entry_v1`.
 * All functions but `cancel` are required. None may let an exception out. */
typedef struct cedar_entry {
    uint32_t magic; /* CEDAR_ENTRY_MAGIC */
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t reserved; /* zero */

    /* Counted: may be called again, each success is paired with one `deinit`. [control] */
    cedar_status (*init)(const cedar_host *host);
    void (*deinit)(void);

    /* Makes an instance of the component `id` (lent, as `config`, until it returns).
     * `config` is a JSON object or empty for the defaults. `scope` is good for `fail` and `log` only.
     * On CEDAR_OK `*instance` is set and may be anything, null included; else it is untouched.
     * CEDAR_NOT_FOUND: no such component; CEDAR_INVALID_CONFIG. [control] */
    cedar_status (*create)(const cedar_host *host, cedar_invocation scope, cedar_view id,
                           cedar_view config, void **instance);

    /* Ends an instance; no invocation of it runs, none follows. [control] */
    void (*destroy)(void *instance);

    /* Runs the component. Its return is the end. CEDAR_OK: `answer` has been called exactly
     * once; anything else: the invocation failed, `fail` may have said why. Runs concurrently
     * with itself on one instance up to the `concurrency` that the manifest declares. [host] */
    cedar_status (*invoke)(void *instance, cedar_invocation invocation, const cedar_request *request);

    /* Optional (may be null): wakes a component that waits on something of its own. May come
     * before, during, after `invoke`, more than once. Returns at once. [any] */
    void (*cancel)(void *instance, cedar_invocation invocation);
} cedar_entry;

#ifdef __cplusplus
}
#define CEDAR_STATIC_ASSERT static_assert
#else
#define CEDAR_STATIC_ASSERT _Static_assert
#endif

/* Frozen layout on 64-bit machines; a change here is a new major version. */
CEDAR_STATIC_ASSERT(sizeof(void *) == 8, "cedar: 64-bit only");
CEDAR_STATIC_ASSERT(sizeof(cedar_view) == 16, "cedar_view is frozen");
CEDAR_STATIC_ASSERT(sizeof(cedar_invocation) == 16, "cedar_invocation is frozen");
CEDAR_STATIC_ASSERT(sizeof(cedar_call) == 32, "cedar_call is frozen");
CEDAR_STATIC_ASSERT(sizeof(cedar_reply) == 24, "cedar_reply is frozen");
CEDAR_STATIC_ASSERT(offsetof(cedar_request, deadline_ns) == 24, "cedar_request 1.0 is frozen");
CEDAR_STATIC_ASSERT(offsetof(cedar_host, answer) == 8, "cedar_host 1.0 is frozen");
CEDAR_STATIC_ASSERT(offsetof(cedar_host, is_cancelled) == 48, "cedar_host 1.0 is frozen");
CEDAR_STATIC_ASSERT(offsetof(cedar_entry, init) == 16, "cedar_entry 1.0 is frozen");
CEDAR_STATIC_ASSERT(offsetof(cedar_entry, cancel) == 56, "cedar_entry 1.0 is frozen");

#endif
