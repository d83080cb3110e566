/* cedar/plugin.h: a plugin in plain C11.
 *
 *   static cedar_status shout(const cedar_host *host, cedar_invocation invocation, const cedar_request *request);
 *   CEDAR_C_PLUGIN("{\"manifest\":1,\"abi\":\"1.0\",\"components\":[{\"id\":\"acme.shout\",…}]}",
 *                  {"acme.shout", shout});
 *
 * A library of one's own shape writes CEDAR_C_NOTE(manifest) and defines cedar_entry_v1 itself (abi.h).
 */
#ifndef CEDAR_PLUGIN_H
#define CEDAR_PLUGIN_H

#include <cedar/abi.h>

#include <string.h>

/* A component without state or configuration. Returns as `invoke` of abi.h. */
typedef struct cedar_c_component {
    const char *id;
    cedar_status (*run)(const cedar_host *host, cedar_invocation invocation, const cedar_request *request);
} cedar_c_component;

/* A view of a NUL-terminated text. */
static inline cedar_view cedar_text(const char *text) {
    cedar_view view = {text, strlen(text)};
    return view;
}

static inline int cedar_view_is(cedar_view view, const char *text) {
    const size_t size = strlen(text);
    return view.size == size && (size == 0 || memcmp(view.data, text, size) == 0);
}

/* True for a configuration that says nothing: empty, or {} with white space. */
static inline int cedar_config_is_empty(cedar_view config) {
    char seen[3] = {0, 0, 0};
    size_t count = 0;
    size_t at;
    for (at = 0; at < config.size; ++at) {
        if (memchr(" \t\r\n", config.data[at], 4) != NULL) continue;
        if (count == 2) return 0;
        seen[count++] = config.data[at];
    }
    return count == 0 || strcmp(seen, "{}") == 0;
}

/* Says why the component fails; returns `status`, for `return cedar_fail(…)`.
 * `code` and `message` are put into JSON as they are: no quotes, backslashes or control characters in them. */
static inline cedar_status cedar_fail(const cedar_host *host, cedar_invocation invocation, cedar_status status,
                                      const char *code, const char *message) {
    char body[512];
    const char *parts[5];
    size_t size = 0;
    size_t part;
    parts[0] = "{\"code\":\"";
    parts[1] = code;
    parts[2] = "\",\"message\":\"";
    parts[3] = message;
    parts[4] = "\"}";
    for (part = 0; part < 5; ++part) {
        const size_t length = strlen(parts[part]);
        if (size + length > sizeof body) return status; /* too long to be said; the status still goes */
        memcpy(body + size, parts[part], length);
        size += length;
    }
    {
        cedar_view view = {body, size};
        (void)host->fail(host, invocation, view);
    }
    return status;
}

#ifdef __cplusplus
#define CEDAR_C_LINKAGE_ extern "C"
#else
#define CEDAR_C_LINKAGE_ extern
#endif

/* The manifest, a string literal, as an ELF note. Once in a library. */
#define CEDAR_C_NOTE(manifest_)                                                                     \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Woverlength-strings\"")       \
    static const struct {                                                                           \
        uint32_t name_size;                                                                         \
        uint32_t manifest_size;                                                                     \
        uint32_t type;                                                                              \
        char name[8];                                                                               \
        char manifest[(sizeof(manifest_) + 3) / 4 * 4];                                             \
    } cedar_c_note __attribute__((section(".note.cedar"), used, aligned(4))) = {                    \
        sizeof CEDAR_NOTE_NAME, sizeof(manifest_) - 1, CEDAR_NOTE_TYPE, CEDAR_NOTE_NAME, manifest_}; \
    CEDAR_STATIC_ASSERT(sizeof(manifest_) - 1 <= CEDAR_MANIFEST_MAX_BYTES, "the manifest is larger than 64 KiB"); \
    _Pragma("GCC diagnostic pop")

/* A whole plugin: its manifest and a {"id", function} for each component in it. */
#define CEDAR_C_PLUGIN(manifest_, ...)                                                              \
    CEDAR_C_NOTE(manifest_)                                                                         \
    static cedar_c_component cedar_c_components[] = {__VA_ARGS__};                                  \
    static const cedar_host *cedar_c_host;                                                          \
    static cedar_status cedar_c_init(const cedar_host *host) {                                      \
        if (host == NULL || host->abi_major != CEDAR_ABI_MAJOR || host->abi_minor < CEDAR_ABI_MINOR) { \
            return CEDAR_UNSUPPORTED;                                                               \
        }                                                                                           \
        cedar_c_host = host;                                                                        \
        return CEDAR_OK;                                                                            \
    }                                                                                               \
    static void cedar_c_deinit(void) {}                                                             \
    static cedar_status cedar_c_create(const cedar_host *host, cedar_invocation scope, cedar_view id, \
                                       cedar_view config, void **instance) {                        \
        size_t index;                                                                               \
        for (index = 0; index < sizeof cedar_c_components / sizeof cedar_c_components[0]; ++index) { \
            if (!cedar_view_is(id, cedar_c_components[index].id)) continue;                         \
            if (!cedar_config_is_empty(config)) {                                                   \
                return cedar_fail(host, scope, CEDAR_INVALID_CONFIG, "invalid_config",              \
                                  "config: expected nothing, this component has none");             \
            }                                                                                       \
            *instance = &cedar_c_components[index];                                                \
            return CEDAR_OK;                                                                        \
        }                                                                                           \
        return cedar_fail(host, scope, CEDAR_NOT_FOUND, "not_found", "this plugin has no such component"); \
    }                                                                                               \
    static void cedar_c_destroy(void *instance) { (void)instance; }                                 \
    static cedar_status cedar_c_invoke(void *instance, cedar_invocation invocation,                 \
                                       const cedar_request *request) {                              \
        return ((const cedar_c_component *)instance)->run(cedar_c_host, invocation, request);       \
    }                                                                                               \
    CEDAR_C_LINKAGE_ __attribute__((visibility("default"))) const cedar_entry cedar_entry_v1;       \
    const cedar_entry cedar_entry_v1 = {                                                            \
        CEDAR_ENTRY_MAGIC, sizeof(cedar_entry), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR, 0,                \
        cedar_c_init, cedar_c_deinit, cedar_c_create, cedar_c_destroy, cedar_c_invoke, NULL}

#endif
