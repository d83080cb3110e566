#pragma once
#include "host/app/config.hpp"
#include "host/app/spd_log.hpp"
#include "host/http/options.hpp"
#include "host/loader/catalogue.hpp"
#include "host/loader/folder_watch.hpp"
#include "host/redis/redis_events.hpp"
#include "host/runtime/dispatcher.hpp"
#include "host/runtime/event_body_store.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "host/store/event_archive.hpp"
#include "host/store/importer.hpp"
#include "host/store/sqlite_store.hpp"

#include <optional>

namespace cedar::host::app {

// What each folder is told of the configuration. Thread: any.
[[nodiscard]] LogOptions log_options(const Config& config);
[[nodiscard]] http::ServerOptions server_options(const Config& config);
[[nodiscard]] runtime::DispatcherOptions dispatcher_options(const Config& config);
[[nodiscard]] runtime::InProcessOptions in_process_options(const Config& config);
[[nodiscard]] runtime::EventBodyLimits event_body_limits(const Config& config);
[[nodiscard]] runtime::ThreadEventLog::Limits event_log_limits(const Config& config);
[[nodiscard]] store::EventArchiveOptions event_archive_options(const Config& config);
// Nothing where there is no redis.url. Error invalid_argument: it is none.
[[nodiscard]] Result<std::optional<redis::RedisOptions>> redis_options(const Config& config);
[[nodiscard]] store::StoreOptions store_options(const Config& config);
[[nodiscard]] store::ImportOptions import_options(const Config& config);
// The built-in folder (if there is one) first, then `plugins`, in their order.
[[nodiscard]] loader::CatalogueOptions catalogue_options(const Config& config);
[[nodiscard]] loader::FolderWatchOptions watch_options(const Config& config,
                                                       std::vector<std::filesystem::path> folders);

}  // namespace cedar::host::app
