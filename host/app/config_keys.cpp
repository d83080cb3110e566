#include "host/app/config_key.hpp"

#include <array>

namespace cedar::host::app {
namespace {

constexpr auto kText = KeyType::text;
constexpr auto kPath = KeyType::path;
constexpr auto kChoice = KeyType::choice;
constexpr auto kTexts = KeyType::texts;
constexpr auto kPaths = KeyType::paths;
constexpr std::int64_t kHour = 3600 * 1000;  // of milliseconds
constexpr std::int64_t kGib = std::int64_t{1} << 30;

// A bound that has neither a flag nor a variable of its own name.
constexpr Key number(std::string_view name, std::string_view fallback, std::int64_t min, std::int64_t max,
                     std::string_view help) {
    return {.name = name, .type = KeyType::integer, .fallback = fallback, .min = min, .max = max, .help = help};
}

constexpr std::array kKeys{
    Key{.name = "data_dir",
        .type = kPath,
        .fallback = "~/CedarPyData",
        .legacy_env = "CEDARPY_DATA_DIR",
        .flag = "--data-dir",
        .help = "Where projects, the plugin cache and cedar.toml live"},
    Key{.name = "plugins",
        .type = kPaths,
        .flag = "--plugins",
        .help = "Folders of component libraries, searched after the built-in one"},
    Key{.name = "prompts",
        .type = kPath,
        .flag = "--prompts",
        .help = "Folder of prompt templates; empty: the one that came with the executable"},
    Key{.name = "aggregator",
        .type = kText,
        .fallback = "aggregator.llm",
        .flag = "--aggregator",
        .help = "Id of the component that makes one answer of many"},
    Key{.name = "selector",
        .type = kText,
        .fallback = "builtin",
        .flag = "--selector",
        .help = "Id of the component that chooses who is asked; builtin: this host's own selection"},

    Key{.name = "server.host",
        .type = kText,
        .fallback = "127.0.0.1",
        .env = "CEDAR_HOST",
        .legacy_env = "CEDARPY_HOST",
        .flag = "--host",
        .serve_only = true,
        .help = "Address to listen on; loopback only, as there are no access tokens"},
    Key{.name = "server.port",
        .type = KeyType::integer,
        .fallback = "8000",
        .min = 0,
        .max = 65535,
        .env = "CEDAR_PORT",
        .legacy_env = "CEDARPY_PORT",
        .flag = "--port",
        .serve_only = true,
        .help = "Port to listen on; 0 takes any free one, as does an occupied default"},
    Key{.name = "server.port_file",
        .type = kPath,
        .flag = "--port-file",
        .serve_only = true,
        .help = "File that gets the port, written whole once the host listens"},
    Key{.name = "server.hosts",
        .type = kTexts,
        .help = "Host headers to accept besides those of the address itself, as name or name:port"},
    number("server.io_threads", "1", 1, 64, "Threads that serve sockets"),
    number("server.header_time_ms", "10000", 1, kHour, "For a whole request header"),
    number("server.body_time_ms", "30000", 1, kHour, "For a whole request body"),
    number("server.idle_time_ms", "60000", 1, kHour, "Between two requests of a kept connection"),
    number("server.write_time_ms", "10000", 1, kHour, "For a write without any progress"),
    number("server.store_time_ms", "5000", 1, kHour, "For the store to answer a request"),
    number("server.ws_idle_time_ms", "30000", 1, kHour, "Silence of a WebSocket peer; pinged after half of it"),
    number("server.stop_time_ms", "5000", 1, kHour, "For open connections to end when the host stops"),
    number("server.header_bytes", "16384", 1024, 1048576, "Of a request header"),
    number("server.body_bytes", "65536", 1024, kGib, "Of a request body"),
    number("server.connections", "1024", 1, 1000000, "Open at once; beyond: 503"),
    number("server.ws_message_bytes", "1048576", 1024, kGib, "Of one WebSocket message"),
    number("server.ws_fragments", "1024", 1, 1000000, "Frames of one WebSocket message"),
    number("server.ws_pings", "100", 1, 1000000, "Pings and pongs in ten seconds"),
    number("server.ws_runs", "64", 1, 100000, "Runs watched by one socket at once"),
    number("server.ws_queue_bytes", "262144", 4096, kGib, "Waiting for a slow reader of one socket"),

    Key{.name = "run.timeout_ms",
        .type = KeyType::integer,
        .fallback = "60000",
        .min = 1,
        .max = 600000,
        .legacy_env = "CEDARPY_CHAT_TIMEOUT_SECONDS",
        .legacy_factor = 1000,
        .flag = "--run-timeout-ms",
        .help = "A run's budget, from the request to its last event, waiting included"},
    number("run.max_timeout_ms", "600000", 1, 24 * kHour, "The most that a request may ask for"),
    number("run.aggregator_reserve_ms", "15000", 0, kHour,
           "Of the budget, kept for the aggregator; at most half of it"),
    number("run.save_reserve_ms", "1000", 0, 60000, "Of the budget, kept for storing; at most a tenth of it"),
    number("run.selector_timeout_ms", "10000", 1, kHour,
           "For a selector component; at most half of the time for components"),
    number("run.quorum", "0", 0, 1000, "So many good results end the fan-out; 0: all are waited for"),
    Key{.name = "run.required", .type = kTexts, .help = "Components without whose good result a run is an error"},
    number("run.at_once", "16", 1, 100000, "Runs that go on at once"),
    number("run.queue_max", "1000", 0, 1000000, "Runs that wait for a place; beyond: refused"),
    number("run.drain_ms", "5000", 0, 600000, "How long a stopping host lets runs finish before it cancels them"),
    number("run.candidates_top_k", "16", 0, 1000, "Components that the search by meaning may add"),
    number("run.candidates_max", "1000", 1, 100000, "Components asked in one run"),
    number("run.document_bytes", "8388608", 65536, kGib, "Of the input of an aggregator or selector"),
    number("run.shown_emissions", "10000", 0, 10000000, "Progress, tokens and prompts that one run shows"),

    number("component.threads", "0", 0, 1024, "Threads for async components; 0: one a core"),
    number("component.threads_extra", "8", 0, 1024, "Replacements for threads that a component holds"),
    number("component.blocking_threads_max", "64", 1, 4096, "Threads for blocking components"),
    number("component.blocking_threads_extra", "64", 0, 4096, "Replacements for those held beyond a deadline"),
    number("component.blocking_idle_ms", "10000", 1, kHour, "After which a blocking thread without work ends"),
    number("component.hog_limit_ms", "20", 0, kHour,
           "Held thread after which a component counts as blocking; 0: never"),
    number("component.unwind_margin_ms", "5", 0, 60000, "Service calls fail this much before the deadline"),
    number("component.fibers_max", "16384", 1, 1000000, "Invocations started and not ended"),
    number("component.fibers_idle_max", "1024", 0, 1000000, "Stacks kept for the next burst"),
    number("component.queue_max", "100000", 1, 10000000, "Invocations that wait to start; beyond: rejected"),
    number("component.answer_bytes", "1048576", 1024, kGib, "Of one answer"),
    number("component.error_bytes", "65536", 1024, kGib, "Of one error"),
    number("component.calls_at_once", "64", 1, 10000, "Service requests in one call"),
    number("component.call_body_bytes", "1048576", 1024, kGib, "Of one service request"),
    number("component.emit_bytes", "262144", 1024, kGib, "Of one emission"),
    number("component.emit_bytes_total", "4194304", 1024, kGib, "Of all emissions of an invocation"),
    number("component.emits_at_once", "256", 1, 1000000, "Emissions in a burst"),
    number("component.emits_per_second", "1000", 1, 1000000, "Emissions in the long run"),
    number("component.log_bytes", "4096", 64, 1048576, "Of one log line"),
    number("component.logs_at_once", "100", 1, 1000000, "Log lines in a burst"),
    number("component.logs_per_second", "50", 1, 1000000, "Log lines in the long run"),

    number("events.per_run", "8192", 16, 10000000, "Events of a run that are kept"),
    number("events.bytes_per_run", "16777216", 65536, kGib, "Bytes of events of a run that are kept"),
    number("events.bytes", "268435456", 65536, 64 * kGib, "Bytes of events of all runs"),
    number("events.inline_bytes", "65536", 4096, kGib, "Of one event; what makes it larger is referred to by URL"),
    number("events.bodies", "4096", 0, 1000000, "Bodies kept that events refer to; 0: events stay whole"),
    number("events.body_bytes", "67108864", 0, 64 * kGib, "Bytes of all such bodies"),
    number("events.ended_runs", "256", 0, 1000000, "Ended runs kept for readers that come back"),

    number("store.queue_max", "4096", 1, 1000000, "Calls that wait for the store"),
    number("store.open_projects_max", "32", 1, 10000, "Project databases kept open"),
    number("store.busy_timeout_ms", "5000", 0, kHour, "Wait for another process that writes"),
    number("store.close_timeout_ms", "5000", 0, kHour, "For waiting calls when the store closes"),

    Key{.name = "import.max_chunk_chars",
        .type = KeyType::integer,
        .fallback = "1500",
        .min = 100,
        .max = 20000,
        .legacy_env = "CEDARPY_LX_MAX_CHARS",
        .help = "Characters of a passage"},
    number("import.max_file_bytes", "16777216", 1, kGib, "Of one file; larger ones are skipped"),
    number("import.max_files", "100000", 1, 10000000, "Of one import"),
    number("import.busy_timeout_ms", "10000", 0, kHour, "Wait for another process that writes"),

    number("loader.max_file_bytes", "268435456", 4096, 64 * kGib, "Of one component library"),
    number("loader.max_files", "10000", 1, 1000000, "Component libraries of one folder"),

    Key{.name = "log.level",
        .type = kChoice,
        .fallback = "info",
        .choices = "debug|info|warn|error",
        .flag = "--log-level",
        .help = "The least serious lines that are written; only serve begins at info"},
    Key{.name = "log.format",
        .type = kChoice,
        .fallback = "text",
        .choices = "text|json",
        .flag = "--log-format",
        .help = "Lines for people or one JSON object a line"},
    Key{.name = "log.file",
        .type = kPath,
        .flag = "--log-file",
        .help = "File that gets the log; empty: standard error"},
    number("log.file_max_bytes", "67108864", 65536, 64 * kGib, "Of the log file; then it is put aside"),
    number("log.files", "3", 1, 100, "Log files put aside and kept"),
    number("log.queue", "8192", 16, 1048576, "Lines that wait to be written; beyond: dropped and counted"),
};

}  // namespace

std::span<const Key> all_keys() {
    return kKeys;
}

}  // namespace cedar::host::app
