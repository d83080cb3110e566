/* What the fixtures share: a manifest as an ELF note and an entry, written against abi.h alone, so that each
 * fixture shows only what is wrong with it. */
#ifndef CEDAR_BAD_PLUGINS_FIXTURE_H
#define CEDAR_BAD_PLUGINS_FIXTURE_H

#include <cedar/abi.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FIXTURE_UNUSED __attribute__((unused))

/* The note of the manifest; `text` is a string literal. */
#define FIXTURE_NOTE(variable, text)                                                \
    __attribute__((section(".note.cedar"), used, aligned(4))) static const struct { \
        uint32_t name_size, content_size, type;                                     \
        char name[8];                                                               \
        char content[sizeof(text)];                                                 \
    } variable = {sizeof CEDAR_NOTE_NAME, sizeof(text) - 1, CEDAR_NOTE_TYPE, CEDAR_NOTE_NAME, text}

#define FIXTURE_MANIFEST(abi, component) \
    FIXTURE_NOTE(fixture_note, "{\"manifest\":1,\"abi\":\"" abi "\",\"components\":[" component "]}")

#define FIXTURE_EXPORT __attribute__((visibility("default")))
/* The exported entry; the arguments are the values of its fields. */
#define FIXTURE_ENTRY_OF(...)                               \
    FIXTURE_EXPORT extern const cedar_entry cedar_entry_v1; \
    const cedar_entry cedar_entry_v1 = {__VA_ARGS__}

/* Set by fixture_init; what the functions below talk to. */
static const cedar_host* fixture_host FIXTURE_UNUSED;

static inline cedar_view fixture_view(const char* text) {
    const cedar_view view = {text, strlen(text)};
    return view;
}

FIXTURE_UNUSED static cedar_status fixture_init(const cedar_host* host) {
    fixture_host = host;
    return CEDAR_OK;
}

FIXTURE_UNUSED static void fixture_deinit(void) {}

FIXTURE_UNUSED static cedar_status fixture_create(const cedar_host* host, cedar_invocation scope, cedar_view id,
                                                  cedar_view config, void** instance) {
    (void)host, (void)scope, (void)id, (void)config;
    *instance = NULL;
    return CEDAR_OK;
}

FIXTURE_UNUSED static void fixture_destroy(void* instance) {
    (void)instance;
}

/* Answers with an empty object. */
FIXTURE_UNUSED static cedar_status fixture_invoke(void* instance, cedar_invocation invocation,
                                                  const cedar_request* request) {
    (void)instance, (void)request;
    return fixture_host->answer(fixture_host, invocation, fixture_view("{}"));
}

#define FIXTURE_HEAD CEDAR_ENTRY_MAGIC, sizeof(cedar_entry), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR, 0
#define FIXTURE_LIFE fixture_init, fixture_deinit, fixture_create, fixture_destroy

/* Answers with text made as by printf, at most 255 bytes. */
__attribute__((format(printf, 2, 3), unused)) static cedar_status fixture_answer(cedar_invocation invocation,
                                                                                 const char* format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return fixture_host->answer(fixture_host, invocation, fixture_view(text));
}

/* Nanoseconds of CLOCK_MONOTONIC, or of what the thread has spent on a core. */
FIXTURE_UNUSED static int64_t fixture_time_ns(clockid_t clock) {
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* An entry in order, and one in order but for its `invoke`. */
#define FIXTURE_ENTRY FIXTURE_ENTRY_OF(FIXTURE_HEAD, FIXTURE_LIFE, fixture_invoke, NULL)
#define FIXTURE_ENTRY_INVOKE(function) FIXTURE_ENTRY_OF(FIXTURE_HEAD, FIXTURE_LIFE, function, NULL)

#endif
