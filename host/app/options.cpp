#include "host/app/options.hpp"

#include "host/app/model_config.hpp"
#include "host/app/places.hpp"

namespace cedar::host::app {
namespace {

LogLevel level_of(const std::string& name) {
    if (name == "debug") return LogLevel::debug;
    if (name == "warn") return LogLevel::warn;
    if (name == "error") return LogLevel::error;
    return LogLevel::info;
}

unsigned small(const Config& config, std::string_view name) {
    return static_cast<unsigned>(config.size(name));  // the table keeps such keys far below its range
}

http::Limits http_limits(const Config& config) {
    http::Limits limits;
    limits.header_time = config.milliseconds("server.header_time_ms");
    limits.body_time = config.milliseconds("server.body_time_ms");
    limits.idle_time = config.milliseconds("server.idle_time_ms");
    limits.write_time = config.milliseconds("server.write_time_ms");
    limits.store_time = config.milliseconds("server.store_time_ms");
    limits.ws_idle_time = config.milliseconds("server.ws_idle_time_ms");
    limits.ws_message_time = config.milliseconds("server.ws_message_time_ms");
    limits.login_time = config.milliseconds("server.login_time_ms");
    limits.stop_time = config.milliseconds("server.stop_time_ms");
    limits.header_bytes = config.size("server.header_bytes");
    limits.body_bytes = config.size("server.body_bytes");
    limits.write_bytes = config.size("server.write_bytes");
    limits.connections = config.size("server.connections");
    limits.peer.connections = config.size("server.client_connections");
    limits.peer.requests_at_once = config.size("server.client_requests_at_once");
    limits.peer.requests_per_second = config.size("server.client_requests_per_second");
    limits.ws_message_bytes = config.size("server.ws_message_bytes");
    limits.ws_fragments = config.size("server.ws_fragments");
    limits.ws_pings = config.size("server.ws_pings");
    limits.ws_messages_at_once = config.size("server.ws_messages_at_once");
    limits.ws_messages_per_second = config.size("server.ws_messages_per_second");
    limits.ws_runs = config.size("server.ws_runs");
    limits.ws_queue_bytes = config.size("server.ws_queue_bytes");
    limits.ws_deflate_bytes = config.size("server.ws_deflate_bytes");
    limits.sse_comment_time = config.milliseconds("server.sse_comment_ms");
    limits.sse_retry_time = config.milliseconds("server.sse_retry_ms");
    limits.sse_silent_time = config.milliseconds("server.sse_silent_ms");
    limits.sse_queue_bytes = config.size("server.sse_queue_bytes");
    limits.ack_time = config.milliseconds("server.ack_timeout_ms");
    limits.acks = config.size("server.acks");
    return limits;
}

RunLimits run_limits(const Config& config) {
    RunLimits limits;
    limits.budget = config.milliseconds("run.timeout_ms");
    limits.max_budget = config.milliseconds("run.max_timeout_ms");
    limits.aggregator_reserve = config.milliseconds("run.aggregator_reserve_ms");
    limits.save_reserve = config.milliseconds("run.save_reserve_ms");
    if (const auto quorum = small(config, "run.quorum"); quorum > 0) limits.quorum = quorum;
    limits.required = config.list("run.required");
    limits.aggregator = config.text("aggregator");
    limits.missing_key = missing_key_advice(config);
    limits.test_mode = config.test_mode();
    limits.selector = config.text("selector");
    limits.selector_timeout = config.milliseconds("run.selector_timeout_ms");
    limits.max_document_bytes = config.size("run.document_bytes");
    limits.max_shown_emissions = config.size("run.shown_emissions");
    return limits;
}

runtime::InvocationLimits invocation_limits(const Config& config) {
    runtime::InvocationLimits limits;
    limits.answer_bytes = config.size("component.answer_bytes");
    limits.error_bytes = config.size("component.error_bytes");
    limits.calls_at_once = config.size("component.calls_at_once");
    limits.call_body_bytes = config.size("component.call_body_bytes");
    limits.emit_bytes = config.size("component.emit_bytes");
    limits.emit_bytes_total = config.size("component.emit_bytes_total");
    limits.emits_at_once = small(config, "component.emits_at_once");
    limits.emits_per_second = small(config, "component.emits_per_second");
    limits.log_bytes = config.size("component.log_bytes");
    limits.logs_at_once = small(config, "component.logs_at_once");
    limits.logs_per_second = small(config, "component.logs_per_second");
    return limits;
}

}  // namespace

LogOptions log_options(const Config& config) {
    LogOptions options;
    options.level = level_of(config.text("log.level"));
    options.json = config.text("log.format") == "json";
    options.file = config.path("log.file");
    options.file_max_bytes = config.size("log.file_max_bytes");
    options.files = config.size("log.files");
    options.queue = config.size("log.queue");
    return options;
}

http::ServerOptions server_options(const Config& config) {
    http::ServerOptions options;
    options.address = config.text("server.host");
    options.port = static_cast<std::uint16_t>(config.size("server.port"));
    options.hosts = config.list("server.allowed_hosts");
    options.tls_certificate = config.path("server.tls_certificate").string();
    options.tls_key = config.path("server.tls_key").string();
    options.limits = http_limits(config);
    return options;
}

runtime::DispatcherOptions dispatcher_options(const Config& config) {
    runtime::DispatcherOptions options;
    options.max_runs = config.size("run.at_once");
    options.queue_max = config.size("run.queue_max");
    options.run = run_limits(config);
    options.selector.top_k = config.size("run.candidates_top_k");
    options.selector.max_candidates = config.size("run.candidates_max");
    return options;
}

runtime::InProcessOptions in_process_options(const Config& config) {
    runtime::InProcessOptions options;
    options.component_threads = small(config, "component.threads");
    options.component_threads_extra = small(config, "component.threads_extra");
    options.blocking_threads_max = small(config, "component.blocking_threads_max");
    options.blocking_threads_extra = small(config, "component.blocking_threads_extra");
    options.blocking_idle = config.milliseconds("component.blocking_idle_ms");
    options.hog_limit = config.milliseconds("component.hog_limit_ms");
    options.unwind_margin = config.milliseconds("component.unwind_margin_ms");
    options.fibers_max = config.size("component.fibers_max");
    options.fibers_idle_max = config.size("component.fibers_idle_max");
    options.queue_max = config.size("component.queue_max");
    options.limits = invocation_limits(config);
    return options;
}

runtime::ThreadEventLog::Limits event_log_limits(const Config& config) {
    runtime::ThreadEventLog::Limits limits;
    limits.runs.events_per_run = config.size("events.per_run");
    limits.runs.bytes_per_run = config.size("events.bytes_per_run");
    limits.runs.bytes = config.size("events.bytes");
    limits.runs.ended_runs = config.size("events.ended_runs");
    limits.threads.events = config.size("events.recent");
    limits.threads.bytes = config.size("events.recent_bytes");
    return limits;
}

runtime::EventBodyLimits event_body_limits(const Config& config) {
    runtime::EventBodyLimits limits;
    limits.inline_bytes = config.size("events.inline_bytes");
    limits.bodies = config.size("events.bodies");
    limits.bytes = config.size("events.body_bytes");
    return limits;
}

store::EventArchiveOptions event_archive_options(const Config& config) {
    store::EventArchiveOptions options;
    options.data_dir = config.path("data_dir");
    options.journal_bytes = config.size("events.journal_bytes");
    options.keep = std::chrono::hours(config.integer("events.keep_hours"));
    options.keep_bytes = config.size("events.keep_bytes");
    options.busy_timeout = config.milliseconds("store.busy_timeout_ms");
    return options;
}

Result<std::optional<redis::RedisOptions>> redis_options(const Config& config) {
    const std::string& text = config.text("redis.url");
    if (text.empty()) return std::optional<redis::RedisOptions>();
    auto url = redis::parse_redis_url(text);
    if (!url) return url.error();
    redis::RedisOptions options;
    options.url = std::move(*url);
    options.stream_events = config.size("redis.stream_events");
    options.timeout = config.milliseconds("redis.timeout_ms");
    options.retry_max = config.milliseconds("redis.retry_max_ms");
    return std::optional(std::move(options));
}

store::StoreOptions store_options(const Config& config) {
    store::StoreOptions options;
    options.data_dir = config.path("data_dir");
    options.queue_max = config.size("store.queue_max");
    options.open_projects_max = config.size("store.open_projects_max");
    options.busy_timeout = config.milliseconds("store.busy_timeout_ms");
    options.close_timeout = config.milliseconds("store.close_timeout_ms");
    return options;
}

store::ImportOptions import_options(const Config& config) {
    store::ImportOptions options;
    options.max_chunk_chars = config.size("import.max_chunk_chars");
    options.max_file_bytes = config.size("import.max_file_bytes");
    options.max_files = config.size("import.max_files");
    options.busy_timeout = config.milliseconds("import.busy_timeout_ms");
    return options;
}

loader::CatalogueOptions catalogue_options(const Config& config) {
    loader::CatalogueOptions options;
    if (auto builtin = builtin_plugins(this_executable()); !builtin.empty()) {
        options.folders.push_back(std::move(builtin));
    }
    for (const std::string& folder : config.list("plugins")) options.folders.emplace_back(folder);
    options.cache = config.path("data_dir") / "cache";
    options.max_file_bytes = config.size("loader.max_file_bytes");
    options.max_files = config.size("loader.max_files");
    options.generations_max = config.size("loader.generations_max");
    return options;
}

loader::FolderWatchOptions watch_options(const Config& config, std::vector<std::filesystem::path> folders) {
    loader::FolderWatchOptions options;
    options.folders = std::move(folders);
    options.inotify = config.text("loader.watch") != "poll";
    options.settle = config.milliseconds("loader.settle_ms");
    options.settle_max = 10 * options.settle;
    options.poll = config.milliseconds("loader.poll_ms");
    options.max_files = config.size("loader.max_files");
    return options;
}

}  // namespace cedar::host::app
