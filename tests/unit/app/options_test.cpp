#include "host/app/options.hpp"

#include "host/core/schema.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

// Who reads a folder's header and who reads the key table must find the same default.
TEST(Options, OfTheServerHaveTheServersDefaults) {
    const http::Limits got = server_options(Config()).limits;
    const http::Limits want;
    EXPECT_EQ(got.header_time, want.header_time);
    EXPECT_EQ(got.body_time, want.body_time);
    EXPECT_EQ(got.idle_time, want.idle_time);
    EXPECT_EQ(got.write_time, want.write_time);
    EXPECT_EQ(got.store_time, want.store_time);
    EXPECT_EQ(got.ws_idle_time, want.ws_idle_time);
    EXPECT_EQ(got.ws_message_time, want.ws_message_time);
    EXPECT_EQ(got.login_time, want.login_time);
    EXPECT_EQ(got.stop_time, want.stop_time);
    EXPECT_EQ(got.header_bytes, want.header_bytes);
    EXPECT_EQ(got.body_bytes, want.body_bytes);
    EXPECT_EQ(got.write_bytes, want.write_bytes);
    EXPECT_EQ(got.connections, want.connections);
    EXPECT_EQ(got.peer.connections, want.peer.connections);
    EXPECT_EQ(got.peer.requests_at_once, want.peer.requests_at_once);
    EXPECT_EQ(got.peer.requests_per_second, want.peer.requests_per_second);
    EXPECT_EQ(got.ws_message_bytes, want.ws_message_bytes);
    EXPECT_EQ(got.ws_fragments, want.ws_fragments);
    EXPECT_EQ(got.ws_pings, want.ws_pings);
    EXPECT_EQ(got.ws_messages_at_once, want.ws_messages_at_once);
    EXPECT_EQ(got.ws_messages_per_second, want.ws_messages_per_second);
    EXPECT_EQ(got.ws_runs, want.ws_runs);
    EXPECT_EQ(got.ws_queue_bytes, want.ws_queue_bytes);
    EXPECT_EQ(got.ws_deflate_bytes, want.ws_deflate_bytes);
}

TEST(Options, OfTheDispatcherHaveItsDefaults) {
    const auto got = dispatcher_options(Config());
    const runtime::DispatcherOptions want;
    EXPECT_EQ(got.max_runs, want.max_runs);
    EXPECT_EQ(got.queue_max, want.queue_max);
    EXPECT_EQ(got.selector.top_k, want.selector.top_k);
    EXPECT_EQ(got.selector.max_candidates, want.selector.max_candidates);
    EXPECT_EQ(got.run.budget, want.run.budget);
    EXPECT_EQ(got.run.max_budget, want.run.max_budget);
    EXPECT_EQ(got.run.aggregator_reserve, want.run.aggregator_reserve);
    EXPECT_EQ(got.run.save_reserve, want.run.save_reserve);
    EXPECT_EQ(got.run.quorum, want.run.quorum);
    EXPECT_EQ(got.run.aggregator, "aggregator.llm");
    EXPECT_EQ(got.run.selector, kBuiltinSelector);
    EXPECT_EQ(got.run.selector_timeout, want.run.selector_timeout);
    EXPECT_EQ(got.run.max_document_bytes, want.run.max_document_bytes);
    EXPECT_EQ(got.run.max_shown_emissions, want.run.max_shown_emissions);
}

TEST(Options, OfEventBodiesHaveTheirDefaults) {
    const auto got = event_body_limits(Config());
    const runtime::EventBodyLimits want;
    EXPECT_EQ(got.inline_bytes, want.inline_bytes);
    EXPECT_EQ(got.bodies, want.bodies);
    EXPECT_EQ(got.bytes, want.bytes);
}

TEST(Options, OfTheComponentsHaveTheHostsDefaults) {
    EXPECT_EQ(Config().size("component.schema_steps"), kSchemaSteps);
    const auto got = in_process_options(Config());
    const runtime::InProcessOptions want;
    EXPECT_EQ(got.component_threads, want.component_threads);
    EXPECT_EQ(got.component_threads_extra, want.component_threads_extra);
    EXPECT_EQ(got.blocking_threads_max, want.blocking_threads_max);
    EXPECT_EQ(got.blocking_threads_extra, want.blocking_threads_extra);
    EXPECT_EQ(got.blocking_idle, want.blocking_idle);
    EXPECT_EQ(got.hog_limit, want.hog_limit);
    EXPECT_EQ(got.unwind_margin, want.unwind_margin);
    EXPECT_EQ(got.fibers_max, want.fibers_max);
    EXPECT_EQ(got.fibers_idle_max, want.fibers_idle_max);
    EXPECT_EQ(got.queue_max, want.queue_max);
}

TEST(Options, OfAnInvocationHaveTheHostsDefaults) {
    const auto got = in_process_options(Config()).limits;
    const runtime::InvocationLimits want;
    EXPECT_EQ(got.answer_bytes, want.answer_bytes);
    EXPECT_EQ(got.error_bytes, want.error_bytes);
    EXPECT_EQ(got.calls_at_once, want.calls_at_once);
    EXPECT_EQ(got.call_body_bytes, want.call_body_bytes);
    EXPECT_EQ(got.emit_bytes, want.emit_bytes);
    EXPECT_EQ(got.emit_bytes_total, want.emit_bytes_total);
    EXPECT_EQ(got.emits_at_once, want.emits_at_once);
    EXPECT_EQ(got.emits_per_second, want.emits_per_second);
    EXPECT_EQ(got.log_bytes, want.log_bytes);
    EXPECT_EQ(got.logs_at_once, want.logs_at_once);
    EXPECT_EQ(got.logs_per_second, want.logs_per_second);
}

TEST(Options, OfStoreLoaderEventsAndLogHaveTheirDefaults) {
    const store::StoreOptions store;
    EXPECT_EQ(store_options(Config()).queue_max, store.queue_max);
    EXPECT_EQ(store_options(Config()).open_projects_max, store.open_projects_max);
    EXPECT_EQ(store_options(Config()).busy_timeout, store.busy_timeout);
    EXPECT_EQ(store_options(Config()).close_timeout, store.close_timeout);
    const store::ImportOptions import;
    EXPECT_EQ(import_options(Config()).max_chunk_chars, import.max_chunk_chars);
    EXPECT_EQ(import_options(Config()).max_file_bytes, import.max_file_bytes);
    EXPECT_EQ(import_options(Config()).max_files, import.max_files);
    EXPECT_EQ(import_options(Config()).busy_timeout, import.busy_timeout);
    EXPECT_EQ(catalogue_options(Config()).max_file_bytes, loader::CatalogueOptions().max_file_bytes);
    EXPECT_EQ(catalogue_options(Config()).max_files, loader::CatalogueOptions().max_files);
    EXPECT_EQ(catalogue_options(Config()).generations_max, loader::CatalogueOptions().generations_max);
    const loader::FolderWatchOptions watch = watch_options(Config(), {}), fallback;
    EXPECT_TRUE(watch.inotify);
    EXPECT_EQ(watch.settle, fallback.settle);
    EXPECT_EQ(watch.settle_max, fallback.settle_max);
    EXPECT_EQ(watch.poll, fallback.poll);
    EXPECT_EQ(watch.max_files, fallback.max_files);
    EXPECT_EQ(event_log_limits(Config()).runs.events_per_run, runtime::EventLogLimits().events_per_run);
    EXPECT_EQ(event_log_limits(Config()).runs.bytes_per_run, runtime::EventLogLimits().bytes_per_run);
    EXPECT_EQ(event_log_limits(Config()).runs.bytes, runtime::EventLogLimits().bytes);
    EXPECT_EQ(event_log_limits(Config()).runs.ended_runs, runtime::EventLogLimits().ended_runs);
    EXPECT_EQ(event_log_limits(Config()).threads.events, runtime::ThreadRings::Limits().events);
    EXPECT_EQ(event_log_limits(Config()).threads.bytes, runtime::ThreadRings::Limits().bytes);
    EXPECT_EQ(event_archive_options(Config()).journal_bytes, store::EventArchiveOptions().journal_bytes);
    EXPECT_EQ(event_archive_options(Config()).keep, store::EventArchiveOptions().keep);
    EXPECT_EQ(event_archive_options(Config()).keep_bytes, store::EventArchiveOptions().keep_bytes);
    EXPECT_EQ(log_options(Config()).queue, LogOptions().queue);
    EXPECT_EQ(log_options(Config()).files, LogOptions().files);
    EXPECT_EQ(log_options(Config()).file_max_bytes, LogOptions().file_max_bytes);
}

TEST(Options, CarryWhatWasConfigured) {
    Config config;
    const Origin origin{OriginKind::flag, "--x"};
    config.set(*find_key("run.quorum"), std::int64_t{3}, origin);
    config.set(*find_key("server.port"), std::int64_t{81}, origin);
    config.set(*find_key("log.format"), std::string("json"), origin);
    config.set(*find_key("plugins"), std::vector<std::string>{"/one", "/two"}, origin);
    EXPECT_EQ(dispatcher_options(config).run.quorum, 3U);
    EXPECT_EQ(server_options(config).port, 81);
    EXPECT_TRUE(log_options(config).json);
    const auto folders = catalogue_options(config).folders;
    ASSERT_GE(folders.size(), 2U);
    EXPECT_EQ(folders[folders.size() - 2], "/one");
    EXPECT_EQ(folders.back(), "/two");
}

}  // namespace
}  // namespace cedar::host::app
