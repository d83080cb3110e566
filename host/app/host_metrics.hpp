#pragma once
#include "host/app/worker_components.hpp"
#include "host/http/server.hpp"
#include "host/ports/meter.hpp"
#include "host/redis/redis_events.hpp"
#include "host/runtime/dispatcher.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/service_table.hpp"

namespace cedar::host::app {

// Numbers that the parts keep anyhow, shown by the meter. The parts outlive its last text(). Thread: any.
void watch_runs(Meter& meter, const runtime::Dispatcher& runs);
void watch_workers(Meter& meter, const WorkerComponents& workers);
void watch_components(Meter& meter, const runtime::InProcessHost& host);
void watch_server(Meter& meter, const http::Server& server);
void watch_redis(Meter& meter, const redis::RedisEvents& redis);

// What tells the meter of every service call; for ServiceTable::observe(). The meter outlives it.
[[nodiscard]] runtime::ServiceTable::Observer count_services(Meter& meter);

}  // namespace cedar::host::app
