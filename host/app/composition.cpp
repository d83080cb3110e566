#include "host/app/composition.hpp"

#include "host/app/component_list.hpp"
#include "host/app/host_metrics.hpp"
#include "host/app/isolation.hpp"
#include "host/app/note.hpp"
#include "host/app/options.hpp"
#include "host/app/places.hpp"
#include "host/core/json.hpp"
#include "host/services/services.hpp"

namespace cedar::host::app {
namespace {

constexpr std::chrono::milliseconds kThreadGrace{1000};
constexpr std::chrono::milliseconds kRedisGrace{1000};  // for the last events to be sent

std::string redis_json(const redis::RedisEvents* redis) {
    if (redis == nullptr) return "null";
    const auto health = redis->health();
    return std::string("{\"state\":\"") + health.word() + "\",\"up\":" + (health.up ? "true" : "false") +
           ",\"reason\":" + json_string(health.reason) + ",\"sent\":" + std::to_string(health.sent) +
           ",\"taken\":" + std::to_string(health.taken) + ",\"garbage\":" + std::to_string(health.garbage) +
           ",\"losses\":" + std::to_string(health.losses) + ",\"behind\":" + std::to_string(health.behind) + "}";
}

std::filesystem::path prompts_folder(const Config& config) {
    return config.is_explicit("prompts") ? config.path("prompts") : builtin_prompts(this_executable());
}

}  // namespace

void add_services(runtime::ServiceTable& table, const Config& config, Log& log) {
    table.add(services::make_prompt_render(prompts_folder(config), log));
    table.add(services::make_timer_sleep());
}

Result<std::unique_ptr<Composition>> Composition::make(const Config& config, const Redactor& redactor, Clock& clock,
                                                       Log& log, LargeEvents large) {
    auto store = store::SqliteStore::open(store_options(config), clock, log);
    if (!store) return store.error();
    auto archive = store::SqliteEventArchive::open(event_archive_options(config), clock, log);
    if (!archive) return archive.error();
    auto* made = new Composition(  // tidy: allow raw-new (private)
        config, redactor, clock, log, std::move(*store), std::move(*archive), large);
    return std::unique_ptr<Composition>(made);
}

Composition::Composition(const Config& config, const Redactor& redactor, Clock& clock, Log& log,
                         std::unique_ptr<store::SqliteStore> store,
                         std::unique_ptr<store::SqliteEventArchive> archive, LargeEvents large)
    : config_(config),
      redactor_(redactor),
      clock_(clock),
      log_(log),
      run_log_(log, meter_),
      archive_(std::move(archive)),
      events_(event_log_limits(config), *archive_),
      bodies_(event_body_limits(config)),
      referring_(events_, bodies_),
      store_(std::move(store)),
      models_(config, redactor, clock, log),
      watched_events_(large == LargeEvents::referred ? static_cast<EventLog&>(referring_) : events_, models_),
      redacted_events_(watched_events_, redactor),
      redacted_store_(*store_, redactor),
      components_(config, services_, clock_, log, large == LargeEvents::referred),
      components_json_(redactor.redact(app::components_json(components_, config.text("aggregator")))),
      dispatcher_(components_.control(), {redacted_store_, redacted_events_, run_log_, ids_},
                  dispatcher_options(config), components_.registry()),
      runs_(dispatcher_, redactor) {
    const auto cut_off = events_.end_cut_off_runs(clock_, ids_);
    if (cut_off > 0)
        note(log_, LogLevel::warn, "app",
             std::to_string(cut_off) + " runs were cut off when the host ended; their watchers are told");
    // Components call services only from runs, and none has begun.
    services_.observe(count_services(meter_));
    services_.add(services::make_store_search(*store_));
    add_services(services_, config, log);
    models_.add_to(services_);
    services_.set_policy([this](const Manifest& caller, std::string_view service) {
        return policy_denial(config_, components_.file_of(caller.id), service);
    });
    watch_runs(meter_, dispatcher_);
    watch_components(meter_, components_.host());
    watch_workers(meter_, components_.workers());
}

// Nobody calls back into what is gone: first the watch, which tells the dispatcher, then the loop of Redis, then
// the archive's thread.
Composition::~Composition() {
    static_cast<void>(components_.stop_watching(kThreadGrace));
    if (redis_) redis_->stop(std::chrono::milliseconds(0));
    archive_->close();
}

Result<void> Composition::share_events() {
    auto options = redis_options(config_);
    if (!options) return options.error();
    if (!*options) return {};
    (*options)->host_name = archive_->name();
    redis_ = std::make_unique<redis::RedisEvents>(std::move(**options), events_, events_, log_);
    events_.set_remote(redis_.get());
    watch_redis(meter_, *redis_);
    return {};
}

void Composition::watch_plugins() {
    const auto use = [this](const RegistryPtr& registry) { dispatcher_.set_registry(registry); };
    components_.watch(use, [this] {
        std::string json = redactor_.redact(app::components_json(components_, config_.text("aggregator")));
        const std::lock_guard lock(components_json_mutex_);
        components_json_.swap(json);
    });
}

std::string Composition::health_json() const {
    const auto load = dispatcher_.load();
    const auto usage = components_.host().usage();
    const auto archive = archive_->usage();
    return std::string("{\"status\":\"") + (load.draining ? "draining" : "ok") +
           "\",\"runs\":{\"running\":" + std::to_string(load.running) +
           ",\"queued\":" + std::to_string(load.queued) +
           "},\"components\":" + std::to_string(components_.registry()->all().size()) +
           ",\"held_threads\":" + std::to_string(usage.held_threads) + ",\"model\":" + models_.health_json() +
           ",\"event_log\":{\"storing\":" + (archive.failing ? "false" : "true") +
           ",\"waiting\":" + std::to_string(archive.waiting) +
           ",\"not_stored\":" + std::to_string(archive.dropped) + "},\"redis\":" + redis_json(redis_.get()) + "}";
}

std::vector<http::ServerPorts::Part> Composition::parts() const {
    const bool any = !components_.registry()->all().empty();
    const bool refused = components_.rejected_files() + components_.refused().size() > 0;
    std::vector<http::ServerPorts::Part> parts{{"plugins", !any ? "none" : refused ? "some refused" : "ok", any}};
    if (redis_) parts.push_back({"redis", redis_->health().word(), true});  // the host works without it
    return parts;
}

// Not yet while the first connection is being made.
std::string Composition::degraded() const {
    if (!redis_) return {};
    const auto health = redis_->health();
    return health.up || health.reason.empty() ? std::string() : std::string("redis: ") + health.word();
}

std::string Composition::plugins_json() const {
    return redactor_.redact(app::plugins_json(components_, config_.boolean("safe_mode")));
}

bool Composition::drain() {
    return dispatcher_.drain(config_.milliseconds("run.drain_ms"));
}

bool Composition::close() {
    const bool ended = components_.stop(kThreadGrace);
    models_.stop();  // nobody is left who waits for a reply
    store_->close();
    if (redis_) redis_->stop(kRedisGrace);
    archive_->close();
    return ended;
}

}  // namespace cedar::host::app
