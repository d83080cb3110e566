#include "host/app/host_metrics.hpp"

#include <cedar/abi.h>

#include <array>
#include <functional>

namespace cedar::host::app {
namespace {

constexpr auto kGauge = Meter::Kind::gauge;
constexpr auto kCounter = Meter::Kind::counter;
constexpr std::array kSeconds{0.0001, 0.001, 0.01, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0};

const char* word_of(std::int32_t status) {
    switch (status) {
        case CEDAR_OK: return "ok";
        case CEDAR_DENIED: return "denied";
        case CEDAR_CANCELLED: return "cancelled";
        case CEDAR_DEADLINE: return "deadline";
        case CEDAR_LIMIT: return "limit";
        case CEDAR_UNAVAILABLE: return "unavailable";
        default: return "error";
    }
}

}  // namespace

void watch_runs(Meter& meter, const runtime::Dispatcher& runs) {
    meter.watch(kGauge, "cedar_runs", "Runs admitted and not ended", {{"state", "running"}},
                [&runs] { return static_cast<double>(runs.load().running); });
    meter.watch(kGauge, "cedar_runs", "Runs admitted and not ended", {{"state", "queued"}},
                [&runs] { return static_cast<double>(runs.load().queued); });
    meter.watch(kGauge, "cedar_draining", "1 while the host stops", {},
                [&runs] { return runs.load().draining ? 1.0 : 0.0; });
}

void watch_components(Meter& meter, const runtime::InProcessHost& host) {
    using Usage = runtime::InProcessHost::Usage;
    const auto watch = [&](Meter::Kind kind, const char* name, const char* help, MetricLabels labels, auto member) {
        meter.watch(kind, name, help, labels,
                    [&host, member] { return static_cast<double>(host.usage().*member); });
    };
    watch(kGauge, "cedar_invocations", "Invocations in this process", {{"state", "waiting"}}, &Usage::waiting);
    watch(kGauge, "cedar_invocations", "Invocations in this process", {{"state", "running"}}, &Usage::running);
    watch(kGauge, "cedar_component_threads", "Threads for async components", {}, &Usage::component_threads);
    watch(kGauge, "cedar_blocking_threads", "Threads for blocking components", {}, &Usage::blocking_threads);
    watch(kGauge, "cedar_held_threads", "Threads that a component holds beyond its time", {}, &Usage::held_threads);
    watch(kGauge, "cedar_fibers", "Stacks, idle ones included", {}, &Usage::fibers);
    watch(kCounter, "cedar_stuck_total", "Components that did not come back in time", {}, &Usage::stuck);
    watch(kCounter, "cedar_circuit_refusals_total", "Invocations that an open circuit breaker kept out",
          {{"mode", "in-process"}}, &Usage::circuit_refusals);
    watch(kCounter, "cedar_stale_calls_total", "Uses of an invocation after its end", {}, &Usage::stale);
    watch(kCounter, "cedar_dropped_total", "What components sent too fast", {{"kind", "emit"}},
          &Usage::dropped_emits);
    watch(kCounter, "cedar_dropped_total", "What components sent too fast", {{"kind", "log"}},
          &Usage::dropped_logs);
}

void watch_workers(Meter& meter, const WorkerComponents& workers) {
    using Totals = worker::WorkerHost::Totals;
    const auto watch = [&](Meter::Kind kind, const char* name, const char* help, auto member) {
        meter.watch(kind, name, help, {},
                    [&workers, member] { return static_cast<double>(workers.totals().*member); });
    };
    watch(kGauge, "cedar_workers", "Worker processes alive", &Totals::processes);
    watch(kCounter, "cedar_worker_starts_total", "Worker processes started", &Totals::starts);
    watch(kCounter, "cedar_worker_crashes_total", "Worker processes that ended by themselves or were killed",
          &Totals::crashes);
    watch(kCounter, "cedar_worker_kills_total", "Of these, killed for not stopping in time", &Totals::kills);
    meter.watch(kCounter, "cedar_circuit_refusals_total", "Invocations that an open circuit breaker kept out",
                {{"mode", "process"}},
                [&workers] { return static_cast<double>(workers.totals().circuit_refusals); });
}

void watch_server(Meter& meter, const http::Server& server) {
    using Counters = http::Server::Counters;
    const auto watch = [&](Meter::Kind kind, const char* name, const char* help, MetricLabels labels, auto member) {
        meter.watch(kind, name, help, labels,
                    [&server, member] { return static_cast<double>(server.counters().*member); });
    };
    watch(kGauge, "cedar_http_connections", "Open connections, sockets included", {}, &Counters::connections);
    watch(kCounter, "cedar_http_accepted_total", "Connections accepted", {}, &Counters::accepted);
    watch(kCounter, "cedar_http_refused_total", "Connections refused at a bound", {}, &Counters::refused);
    watch(kCounter, "cedar_http_requests_total", "Requests answered", {}, &Counters::requests);
    watch(kCounter, "cedar_http_sockets_total", "WebSockets opened", {}, &Counters::sockets);
    watch(kCounter, "cedar_http_streams_total", "Event streams opened", {}, &Counters::streams);
    watch(kCounter, "cedar_http_timeouts_total", "Waits for a peer that ended", {}, &Counters::timeouts);
    watch(kCounter, "cedar_http_header_timeout_total", "Of these, for a header or a TLS handshake", {},
          &Counters::header_timeouts);
    watch(kCounter, "cedar_http_slow_readers_total", "Sockets cut because they took nothing", {},
          &Counters::slow_readers);
    watch(kCounter, "cedar_http_superseded_events_total", "Progress and tokens that slow sockets were not shown",
          {}, &Counters::superseded);
    watch(kCounter, "cedar_http_protocol_errors_total", "Peers that broke HTTP, TLS or WebSocket", {},
          &Counters::protocol_errors);
    watch(kCounter, "cedar_http_unauthorized_total", "Requests without the token", {}, &Counters::unauthorized);
    watch(kCounter, "cedar_http_logins_ended_total", "Streams and sockets closed because their login has ended", {},
          &Counters::logins_ended);
    watch(kCounter, "cedar_http_rate_limited_total", "Requests and sockets beyond a rate", {},
          &Counters::rate_limited);
    watch(kCounter, "cedar_acked_events_total", "Events that were acknowledged", {}, &Counters::acked);
    watch(kCounter, "cedar_ack_timeout_total", "Events that nobody acknowledged in time", {},
          &Counters::ack_timeouts);
}

void watch_redis(Meter& meter, const redis::RedisEvents& redis) {
    using Health = redis::RedisEvents::Health;
    const auto watch = [&](Meter::Kind kind, const char* name, const char* help, auto member) {
        meter.watch(kind, name, help, {}, [&redis, member] { return static_cast<double>(redis.health().*member); });
    };
    watch(kGauge, "cedar_redis_up", "1 while Redis takes events", &Health::up);
    watch(kGauge, "cedar_redis_behind", "Events that Redis does not have yet, about", &Health::behind);
    watch(kCounter, "cedar_redis_sent_total", "Events given to Redis", &Health::sent);
    watch(kCounter, "cedar_redis_taken_total", "Events of other hosts", &Health::taken);
    watch(kGauge, "cedar_redis_refusing", "1 while Redis answers with errors", &Health::refusing);
    watch(kCounter, "cedar_redis_losses_total", "How often Redis was up and then was not", &Health::losses);
    watch(kCounter, "cedar_redis_garbage_total", "Entries of streams that are no events", &Health::garbage);
}

runtime::ServiceTable::Observer count_services(Meter& meter) {
    return [&meter](std::string_view service, std::int32_t status, std::chrono::microseconds took) {
        const std::string name(service);
        const MetricLabels labels{{"service", name}, {"status", word_of(status)}};
        meter.counter("cedar_service_calls_total", "Calls of services by components, by outcome", labels).add();
        meter.histogram("cedar_service_call_duration_seconds", "Of one service call", {{"service", name}}, kSeconds)
            .observe(std::chrono::duration<double>(took).count());
    };
}

}  // namespace cedar::host::app
